/*
 * Lines that wait for somebody to bind a queue for their routing key
 * (unroutable = hold), in the order in which they were read.  A key that has
 * one takes all that follow, so that its chains keep their order.
 */
#ifndef AGENT_HELD_H
#define AGENT_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/hash.h"
#include "core/str.h"

struct sealed;

/* The lines of one key. */
struct held_key {
	UT_hash_handle hh;
	struct sealed *first;
	struct sealed *put; /* the last one put, a good place to look from */
	size_t lines;
	bool trying; /* one of them is on its way again */
	char key[];
};

/* A zeroed struct holds nothing. */
struct held {
	struct held_key *keys; /* the next one to be tried in front */
	size_t lines;
	size_t bytes;
};

/* NULL: lines of that key need not wait. */
struct held_key *held_find(const struct held *h, struct str key);

/* Begin to hold lines of `key`, which is said; held_find found none. */
struct held_key *held_begin(struct held *h, struct str key);

/* Takes over a line, and puts it where its number belongs. */
void held_put(struct held *h, struct held_key *k, struct sealed *line);

/* Give the first line up; NULL if there is none. */
struct sealed *held_take(struct held *h, struct held_key *k);

/*
 * The next key to be tried, in turn, which is then marked; NULL if all are
 * under way.
 */
struct held_key *held_try(struct held *h);

/* Its lines are gone, and the key is forgotten. */
void held_end(struct held *h, struct held_key *k);

/* Frees the lines; their spans are not settled, and may be gone. */
void held_clear(struct held *h);

#endif
