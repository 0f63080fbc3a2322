/*
 * The AMQP handshake (AMQP 0-9-1, 2.2.4) on a connected socket.  It blocks,
 * for at most the patience it is given.
 */
#ifndef BROKER_LOGIN_H
#define BROKER_LOGIN_H

#include <amqp.h>
#include <stdint.h>

#include "broker/reply.h"

struct login_options {
	const char *user;
	const char *password;
	const char *vhost;
	const char *connection_name;
	int64_t heartbeat; /* ns, proposed */
	int64_t patience; /* ns for the handshake, then for each RPC */
};

#define LOGIN_CHANNEL 1

/*
 * Takes over `fd`.  On success the connection is logged in with LOGIN_CHANNEL
 * open, asks for connection.blocked, consumer cancellation and confirms, and
 * `*heartbeat` is what was negotiated (ns; 0: none), the library's own
 * being off.  On failure returns NULL and fills in `t`.
 */
amqp_connection_state_t login(int fd, const struct login_options *options,
    int64_t *heartbeat, struct trouble *t);

/* The version the broker gives of itself; "" if it does not. */
const char *
login_server_version(amqp_connection_state_t amqp, char *buffer, size_t size);

#endif
