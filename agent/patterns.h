/* Which files are an input's, by its `path` and `exclude`. */
#ifndef AGENT_PATTERNS_H
#define AGENT_PATTERNS_H

#include <stdbool.h>

#include "agent/checkpoint.h"
#include "config/config.h"

bool patterns_exclude(const struct input_options *input, const char *path);

/* Some pattern matches the path, and none excludes it. */
bool patterns_match(const struct input_options *input, const char *path);

/* Is any file of this input in the checkpoint?  Then it ran before. */
bool patterns_know(const struct input_options *input, struct checkpoint *c);

#endif
