/*
 * Descriptors of followed files.  Where there are more files than the process
 * may open, they take turns: one that was read to its end gives its descriptor
 * up, least recently grown first, and is opened again when it grows.
 */
#ifndef AGENT_DESCRIPTORS_H
#define AGENT_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>

/* One descriptor, part of who uses it. */
struct descriptor {
	struct descriptor *prev, *next;
	/*
	 * Somebody else wants it: close it and return true, or false.  With
	 * `press` everybody who has files open is busy: also one that is not
	 * at its end, if it was read from since it was opened.
	 */
	bool (*yield)(struct descriptor *d, bool press);
	bool taken;
};

struct descriptors {
	struct descriptor *first, *last; /* taken, least recently used first */
	size_t count;
	size_t limit;
	bool short_of; /* and that was said */
};

/* As many as the process may open, but for what else it needs: `inputs` is
 * how many there are. */
void descriptors_init(struct descriptors *all, size_t inputs);

/*
 * Room for one more, which is `d`'s from now on.  False: none for now; that
 * they take turns is said once.
 */
bool
descriptors_take(struct descriptors *all, struct descriptor *d, bool press);

/* The kernel gave less than thought: do with what there is. */
void descriptors_lower(struct descriptors *all);

/* It grew: the last one to be asked for it.  Nothing if it was not taken. */
void descriptors_touch(struct descriptors *all, struct descriptor *d);

/* It is closed; nothing if it was not taken. */
void descriptors_return(struct descriptors *all, struct descriptor *d);

#endif
