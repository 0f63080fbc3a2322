/*
 * The process that ships (`weir shipper`), started by the reader, and started
 * again, after a back-off, whenever it ends.
 */
#ifndef AGENT_SHIPPER_CHILD_H
#define AGENT_SHIPPER_CHILD_H

#include <stdbool.h>
#include <uv.h>

#include "config/config.h"

struct shipper_child;

struct shipper_child_events {
	/* One was started; `link` is our end of the pair, to be taken over. */
	void (*started)(void *owner, int link);
	/* It ended: killed by `signal`, or with `status` when that is 0. */
	void (*ended)(void *owner, int status, int signal);
	/* After shipper_child_stop: it has ended, and no other will come. */
	void (*stopped)(void *owner);
};

/* Starts the first one; `config` must outlive it. */
struct shipper_child *
shipper_child_new(uv_loop_t *loop, const struct config *config,
    const struct shipper_child_events *events, void *owner);

/* False: it is between two. */
bool shipper_child_runs(const struct shipper_child *c);

/* It hangs: another will be started. */
void shipper_child_kill(struct shipper_child *c);

/*
 * Start no other.  Its link was closed; it has three seconds to say goodbye
 * to the broker.  `stopped` comes from the loop.
 */
void shipper_child_stop(struct shipper_child *c);

/* Kills it if it still runs; no event comes afterwards. */
void shipper_child_free(struct shipper_child *c);

#endif
