/*
 * What is wrong with paths, so that it is said when it is news: once for each
 * path and trouble, however often a sweep comes by.
 */
#ifndef AGENT_COMPLAINTS_H
#define AGENT_COMPLAINTS_H

#include <stdbool.h>
#include <stdint.h>

struct complaint;

/* A zeroed struct has none. */
struct complaints {
	struct complaint *table;
	uint64_t sweep;
	uint64_t pruned; /* in this one they were */
	bool full; /* there are more than are remembered, and that was said */
};

/* `what` is wrong with `path`.  True if that is to be said. */
bool complaints_add(struct complaints *c, const char *path, const char *what);

/* What is wrong with `path`; NULL: nothing is known to be. */
const char *complaints_find(const struct complaints *c, const char *path);

/* What was wrong with `path` is over. */
void complaints_end(struct complaints *c, const char *path);

/* A new sweep: troubles that it does not meet may be forgotten. */
void complaints_begin_sweep(struct complaints *c);

void complaints_clear(struct complaints *c);

#endif
