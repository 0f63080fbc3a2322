/*
 * Is a file that just appeared another's copy, plain (copytruncate) or
 * compressed?  Then its lines are not read twice.  Copies are known by the
 * names that rotations give and by what stands in them; a compressed one is
 * inflated for that, piece by piece.
 */
#ifndef AGENT_COPIES_H
#define AGENT_COPIES_H

#include "agent/followed.h"
#include "agent/rotation.h"

struct inspection;

/* A zeroed struct has none. */
struct copies {
	struct inspection *first;
};

enum copies_verdict {
	COPIES_NONE, /* it is a file like any other */
	COPIES_READ_UP, /* all of it was read from elsewhere */
	COPIES_WAIT, /* that will be known later: ask in the next sweep */
	COPIES_EMPTY, /* the same, and nobody needs to wait for it */
};

/*
 * Of `file`, which nobody follows and the checkpoint does not know.
 * `patience` (ns): for so long after the last write it may still become one.
 */
enum copies_verdict copies_judge(struct copies *c, struct followed_set *set,
    const struct rotated *file, int64_t patience);

/* A piece of work; true: there is more to do now. */
bool copies_turn(struct copies *c);

/* The sweep is over: forget those that it did not ask for. */
void copies_end_sweep(struct copies *c, uint64_t sweep);

void copies_clear(struct copies *c);

#endif
