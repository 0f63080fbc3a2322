/* What others may know of the checkpoint, while an agent has it or not. */
#ifndef AGENT_CHECKPOINT_LOOK_H
#define AGENT_CHECKPOINT_LOOK_H

#include <stdint.h>

#include "core/identity.h"
#include "core/json.h"

/*
 * 0, and in `safe` the place up to which the spool of `input` is confirmed,
 * as the checkpoint in the directory `state` had it last; -1: that is not
 * known.  For people: nothing is decided by it.
 */
int checkpoint_look(const char *state, const char *input, uint64_t *safe);

/*
 * A list of what it has of a file, by its identity (NULL: nothing is there now)
 * or its last name: rows of `input`, `source`, `path` (core/escape.h),
 * `confirmed`, the offset, and `same` where the identity fits.  NULL: there is
 * no checkpoint that can be read.  The caller frees it.
 */
struct json *checkpoint_look_file(
    const char *state, const char *path, const struct identity *identity);

#endif
