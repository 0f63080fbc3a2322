#include "agent/account.h"

#include <assert.h>

void
account_add(struct account *a, const struct router_stats *r,
    const struct listen_counts *heard)
{
	a->read += r->read + heard->dropped;
	a->overflowed += heard->dropped;
	a->kernel_dropped += heard->kernel_dropped;
	a->filtered += r->filtered;
}

void
account_close(struct account *a, const struct window *w, uint64_t rejected)
{
	struct window_stats stats = window_stats(w);
	assert(stats.settled >= stats.unroutable + rejected);
	a->unroutable = stats.unroutable;
	a->rejected = rejected;
	a->published = stats.settled - stats.unroutable - rejected;
	a->waiting = stats.lines;
	a->held = stats.held;
	a->waiting_bytes = stats.bytes;
	assert(a->read ==
	    a->published + a->filtered + a->unroutable + a->rejected +
		a->overflowed + a->waiting + a->held);
}
