/*
 * What became of every line that was read.  At any moment, exactly:
 *
 *	read = published + filtered + unroutable + rejected + overflowed +
 *	       waiting + held
 */
#ifndef AGENT_ACCOUNT_H
#define AGENT_ACCOUNT_H

#include <stdint.h>

#include "agent/listen_counts.h"
#include "agent/router.h"
#include "agent/window.h"

struct account {
	uint64_t read;
	uint64_t published; /* confirmed by the broker */
	uint64_t filtered;
	uint64_t unroutable; /* dropped: nobody was bound */
	uint64_t rejected; /* dropped: the broker refused it */
	uint64_t overflowed; /* dropped: no room in a spool */
	uint64_t waiting; /* for the broker */
	uint64_t held; /* waiting for somebody to bind a queue */
	uint64_t waiting_bytes;
	/* Nobody read these: the kernel had no room (agent/listen_datagram.h).
	 */
	uint64_t kernel_dropped;
};

/* Add what one input read, and what it heard but had no room for. */
void account_add(struct account *a, const struct router_stats *r,
    const struct listen_counts *heard);

/*
 * Fill in the rest: `rejected` lines left the window that way.  That the
 * account adds up is asserted.
 */
void
account_close(struct account *a, const struct window *w, uint64_t rejected);

#endif
