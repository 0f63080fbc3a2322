/*
 * Places that a file was read past, and what stood before them: whether
 * another file is a copy of it, made when it was shorter.  The last ones are
 * close together, those of long ago far apart.
 */
#ifndef AGENT_MARKS_H
#define AGENT_MARKS_H

#include <stddef.h>

#include "agent/position.h"

#define MARKS_MAX 12

/* A zeroed struct has none. */
struct marks {
	struct position at[MARKS_MAX]; /* in rising order */
	size_t count;
};

/* `p` is behind all others. */
void marks_add(struct marks *m, const struct position *p);

/* The last one at `offset` or before; NULL if there is none. */
const struct position *marks_before(const struct marks *m, uint64_t offset);

#endif
