/*
 * A tail without its descriptor: where there are too few they take turns
 * (agent/descriptors.h).  Its source stays, and so does where it was.
 */
#ifndef AGENT_PARKED_H
#define AGENT_PARKED_H

#include "agent/tail.h"

/* Close the descriptor. */
void parked_close(struct tail *t);

/*
 * Open it again: the same file, by whatever name of its directory it goes
 * now.  1; 0: it is not there any more; -1 and errno: not for now.
 */
int parked_open(struct tail *t);

bool parked_is(const struct tail *t);

#endif
