/*
 * What went wrong between the library and the broker, as a part of one
 * sentence that a person can act on.
 */
#ifndef BROKER_REPLY_H
#define BROKER_REPLY_H

#include <amqp.h>
#include <stdbool.h>
#include <stddef.h>

struct trouble {
	char text[512];
	bool hopeless; /* trying again soon cannot help: somebody must act */
	bool refused; /* for a message that it will not have (406) */
};

/* True if `reply` is no error; else `t` says what it is. */
bool reply_is_good(amqp_rpc_reply_t reply, struct trouble *t);

/* The same for channel.close and connection.close as they come by frame. */
void reply_read_close(const amqp_method_t *method, struct trouble *t);

#endif
