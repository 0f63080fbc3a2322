/*
 * One stream's queue on the broker: declares and binds it, takes messages
 * under a prefetch, and acknowledges what it is told to.  Comes back by
 * itself after any loss: of the connection, of the queue.
 *
 * Tags are ours: they rise for the life of the consumer, across
 * reconnections; acknowledging one of a connection that is gone does nothing
 * (the broker delivers it again).
 */
#ifndef BROKER_CONSUME_H
#define BROKER_CONSUME_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "record/record.h"

struct consumer;

struct consumer_events {
	/* A line; valid during the call. */
	void (*line)(void *owner, const struct record *r, uint64_t tag);
	/* Declared, bound and consuming: what is published now arrives. */
	void (*bound)(void *owner);
};

/*
 * `config` and `stream` must outlive the consumer.  Returns NULL, having
 * said why, if the broker's URL is no good.
 */
struct consumer *consumer_new(uv_loop_t *loop, const struct config *config,
    const struct stream_options *stream, const struct consumer_events *events,
    void *owner);

/* Acknowledge every line with a tag up to this one that is not yet. */
void consumer_ack(struct consumer *c, uint64_t tag);

/* Stop taking messages (the socket is not read), or go on. */
void consumer_pause(struct consumer *c, bool paused);

/* Bound now? */
bool consumer_is_bound(const struct consumer *c);

/* The queue's name, also one that the broker gave; "" before. */
const char *consumer_queue(const struct consumer *c);

/* Messages that were refused because nobody could read them. */
uint64_t consumer_rejected(const struct consumer *c);

/* Send the last acknowledgements and say goodbye; consumer_free follows. */
void consumer_close(struct consumer *c);

void consumer_free(struct consumer *c);

#endif
