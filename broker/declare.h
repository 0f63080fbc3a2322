/*
 * Exchanges, queues, bindings and consumers (AMQP 0-9-1, 1.6 and 1.7), by the
 * library's blocking calls, in a connection's set-up.  Each returns false when
 * it is refused, with a sentence in `t` that names the object and what was
 * asked.
 */
#ifndef BROKER_DECLARE_H
#define BROKER_DECLARE_H

#include <amqp.h>
#include <stdbool.h>

#include "broker/reply.h"
#include "config/config.h"

/* As [broker] declare says: create it, check that it exists, or neither. */
bool declare_exchange(amqp_connection_state_t amqp,
    const struct broker_options *options, struct trouble *t);

struct declared_queue {
	char name[256];
};

/*
 * The stream's queue with its bindings.  A named one is durable and of its
 * queue_type, and with declare = passive it must exist, with declare = no it
 * is used as it is and not bound.  Without a name it is exclusive, named by
 * the broker, and always declared.
 */
bool declare_queue(amqp_connection_state_t amqp,
    const struct broker_options *broker, const struct stream_options *stream,
    struct declared_queue *queue, struct trouble *t);

/*
 * Take messages from `queue`: `prefetch` at most that are not acknowledged; 0:
 * none is to be.
 */
bool declare_consumer(amqp_connection_state_t amqp,
    const struct declared_queue *queue, uint16_t prefetch, struct trouble *t);

/*
 * Must a quorum queue be given x-delivery-limit=-1 on a broker of this
 * version ("3.10.8")?  From 4.0 on a message is dropped after 20 deliveries
 * unless it is; on 3.10 the argument makes the broker drop a message at its
 * first redelivery, and there is no limit to lift.
 */
bool declare_needs_delivery_limit(const char *version);

#endif
