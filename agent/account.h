/*
 * What became of every line that was read.  At any moment, exactly:
 *
 *	read = published + filtered + unroutable + rejected + waiting + held
 */
#ifndef AGENT_ACCOUNT_H
#define AGENT_ACCOUNT_H

#include <stdint.h>

#include "agent/router.h"
#include "agent/window.h"

struct account {
	uint64_t read;
	uint64_t published; /* confirmed by the broker */
	uint64_t filtered;
	uint64_t unroutable; /* dropped: nobody was bound */
	uint64_t rejected; /* dropped: the broker refused it */
	uint64_t waiting; /* for the broker */
	uint64_t held; /* waiting for somebody to bind a queue */
	uint64_t waiting_bytes;
};

/* Add what one input read. */
void account_add(struct account *a, const struct router_stats *r);

/*
 * Fill in the rest: `rejected` lines left the window that way.  That the
 * account adds up is asserted.
 */
void
account_close(struct account *a, const struct window *w, uint64_t rejected);

#endif
