/* What others may know of the checkpoint, while an agent has it or not. */
#ifndef AGENT_CHECKPOINT_LOOK_H
#define AGENT_CHECKPOINT_LOOK_H

#include <stdint.h>

/*
 * 0, and in `safe` the place up to which the spool of `input` is confirmed,
 * as the checkpoint in the directory `state` had it last; -1: that is not
 * known.  For people: nothing is decided by it.
 */
int checkpoint_look(const char *state, const char *input, uint64_t *safe);

#endif
