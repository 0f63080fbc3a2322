/*
 * The embedded router: stands in the shipper's place when there is no broker
 * ([broker] url = local:).  Matches each line's key against each stream's
 * bindings by RabbitMQ's rules and confirms a line when every stream that it
 * was given to has committed it.  One stream that cannot write thus holds
 * all of them: the price of having no broker between.
 *
 * An embedded default for one host, never a distributed engine.
 */
#ifndef BROKER_LOCAL_H
#define BROKER_LOCAL_H

#include <uv.h>

#include "config/config.h"
#include "record/record.h"

struct local_router;

struct local_events {
	/* A line for stream number `stream` of the configuration. */
	void (*line)(
	    void *owner, size_t stream, const struct record *r, uint64_t tag);
	/* Every line, whether some stream wants it or not.  May be NULL. */
	void (*seen)(void *owner, const struct record *r);
	/* The reader has closed its end. */
	void (*ended)(void *owner);
};

/* Takes over `fd`, the other end of the reader's link (broker/link.h). */
struct local_router *
local_new(uv_loop_t *loop, int fd, const struct config *config,
    const struct local_events *events, void *owner);

/* Stream number `stream` has committed what it was given up to `tag`. */
void local_commit(struct local_router *l, size_t stream, uint64_t tag);

/* Stop reading from the reader, or go on. */
void local_pause(struct local_router *l, bool paused);

void local_free(struct local_router *l);

#endif
