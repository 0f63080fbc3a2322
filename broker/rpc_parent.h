/*
 * The parent's side of `weir rpc` (broker/rpc_child.h): starts it, again
 * after a back-off whenever it ends, and kills it when it gives no sign of
 * life.  Whatever happens to it, the parent goes on.
 */
#ifndef BROKER_RPC_PARENT_H
#define BROKER_RPC_PARENT_H

#include <stdbool.h>
#include <uv.h>

#include "broker/rpc.h"
#include "config/config.h"
#include "record/record.h"

struct rpc_parent;

struct rpc_parent_events {
	void (*packet)(void *owner, unsigned type, struct str payload);
	void (*room)(void *owner);
	/* What became of the records published since the last flush. */
	void (*flushed)(void *owner, const struct rpc_flushed *flushed);
	/* It is gone, with all that it was told. */
	void (*gone)(void *owner);
};

/* `config` and `role` must outlive it. */
struct rpc_parent *rpc_parent_new(uv_loop_t *loop, const struct config *config,
    const char *role, const struct rpc_parent_events *events, void *owner);

/* What to tell it by, until an event; NULL while there is none. */
struct pair *rpc_parent_pair(struct rpc_parent *p);

/*
 * Publish a record to one queue alone, past the exchange, on the connection
 * of `weir rpc`.
 */
void rpc_parent_publish(
    struct rpc_parent *p, const char *queue, const struct record *r);

/*
 * What became of them?  `flushed` comes from the loop, with nothing confirmed
 * if `weir rpc` ends meanwhile.  False: it ended already, and nothing comes.
 */
bool rpc_parent_flush(struct rpc_parent *p);

/* Lets `weir rpc` go: it says goodbye to the broker and ends by itself. */
void rpc_parent_free(struct rpc_parent *p);

#endif
