/*
 * The agent's side of the link to what carries its lines: a shipper process
 * that is started here, watched, killed when it hangs and started again; or
 * the embedded router at the other end of a given descriptor.
 *
 * Invariant: a line leaves the window only when the carrier confirmed it;
 * after every new session all others are sent again.
 */
#ifndef AGENT_SHIPPER_H
#define AGENT_SHIPPER_H

#include <uv.h>

#include "agent/window.h"
#include "config/config.h"

struct shipper;

struct shipper_events {
	/* Lines were settled. */
	void (*settled)(void *owner);
	/*
	 * The broker will never have this line.  0: it is set aside and may be
	 * settled; -1: it cannot be now, and is sent again later.
	 */
	int (*refused)(void *owner, const struct record *r, struct str why);
	/* The embedded router is gone: we must be started anew with it. */
	void (*gone)(void *owner);
	/* After shipper_stop: the process has ended. */
	void (*stopped)(void *owner);
};

/*
 * `link`: descriptor of the embedded router, taken over, or -1 to start a
 * shipper.  `config` and `window` must outlive it.
 */
struct shipper *
shipper_new(uv_loop_t *loop, const struct config *config, struct window *window,
    int link, const struct shipper_events *events, void *owner);

/* There are new lines in the window. */
void shipper_wake(struct shipper *s);

/* Lines can get through at present. */
bool shipper_is_up(const struct shipper *s);

/* "up", "blocked: low on memory", "connecting: ..."; valid until events. */
const char *shipper_state(const struct shipper *s);

/* Lines that no queue was bound for, by key, to the log. */
void shipper_report_unroutable(const struct shipper *s);

/* Close the link and wait for the process; `stopped` comes from the loop. */
void shipper_stop(struct shipper *s);

void shipper_free(struct shipper *s);

#endif
