/*
 * A connection that comes back: looks the broker up, connects, logs in, has
 * the owner declare what it needs, and when it ends begins again after a
 * back-off.  One attempt at a time.  Says "up" once and "down" once per
 * change, naming the broker.
 */
#ifndef BROKER_CONNECTION_H
#define BROKER_CONNECTION_H

#include <uv.h>

#include "broker/session.h"
#include "config/config.h"

struct connection;

struct connection_events {
	/*
	 * Logged in, LOGIN_CHANNEL open: declare, bind, consume, with the
	 * library's blocking calls.  Returns false, with `t` filled in, when
	 * something is refused: the connection is then given up.
	 */
	bool (*setup)(
	    void *owner, amqp_connection_state_t amqp, struct trouble *t);
	void (*up)(void *owner, struct session *session);
	/* As in session_events. */
	bool (*frame)(void *owner, const amqp_frame_t *frame);
	void (*blocked)(void *owner, const char *reason);
	void (*room)(void *owner);
	/* The session is gone (or did not come to be), and why. */
	void (*down)(void *owner, const struct trouble *t);
};

/*
 * Begins to connect.  `name` is the connection_name that the broker shows,
 * and begins what is logged; it and `options` must outlive the connection.
 * Returns NULL, having said why, if the URL is no good.
 */
struct connection *
connection_new(uv_loop_t *loop, const struct broker_options *options,
    const char *name, const struct connection_events *events, void *owner);

/* Say goodbye to the broker if that can be done within a second. */
void connection_close(struct connection *c);

void connection_free(struct connection *c);

#endif
