/*
 * What is known of one chain: the union of its lines' intervals (prev, pos].
 * Invariant: the intervals are sorted, disjoint and do not touch; nearly
 * always there is exactly one, and it takes no memory of its own.
 *
 * A pos inside the union was seen.  The gaps between intervals are holes:
 * lines of the chain that did not come, or not yet.  What lies below the
 * first interval is not a hole, since whoever listens began there.
 *
 * A zeroed struct is the empty union.
 */
#ifndef COLLECTOR_INTERVALS_H
#define COLLECTOR_INTERVALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"

struct interval {
	uint64_t from, to; /* (from, to]: `to` is in it, `from` is not */
};

/* An interval that is not the highest, and the hole that follows it. */
struct lower {
	struct interval interval;
	int64_t opened; /* monotonic: when the hole was first known */
	bool is_counted; /* among those open for long */
	bool is_said;
};

struct intervals {
	struct interval top; /* the highest; to = 0: there is none */
	struct lower *lower; /* those below it, sorted */
	uint32_t count; /* of `lower`, and so of holes */
	uint32_t room;
};

/* A piece of a range that is not in the union. */
typedef void intervals_piece(void *owner, struct interval piece);

/* A hole that was said is no more; (from, to] is what was left of it. */
typedef void intervals_closed(void *owner, uint64_t from, uint64_t to);

/* Was it seen? */
bool intervals_has(const struct intervals *u, uint64_t pos);

/*
 * Add (from, to], from < to.  Returns false if all of it was there.  `closed`
 * is called for holes that were said.
 */
bool intervals_add(struct intervals *u, struct interval add, int64_t now,
    intervals_closed *closed, void *owner);

/*
 * Forget the lowest interval, and with it the hole above: its lines would
 * count as new again, so nothing is ever taken for seen that was not.  There
 * must be a hole.
 */
void intervals_forget_lowest(struct intervals *u);

/* The hole after the lower interval number `i`. */
struct interval intervals_hole(const struct intervals *u, uint32_t i);

/* All of (from, to] is in it. */
bool intervals_has_all(const struct intervals *u, struct interval range);

/* The pieces of `range` that are not in it, in order. */
void intervals_each_missing(const struct intervals *u, struct interval range,
    intervals_piece *fn, void *owner);

/* Where the union begins. */
uint64_t intervals_start(const struct intervals *u);

/* Append the union as text: "0-120 200-360". */
void intervals_print(const struct intervals *u, struct buffer *out);

/*
 * Read it back into the empty `u`; its holes are known since `now`.  Returns
 * -1 for anything intervals_print does not write; `u` is then empty.
 */
int intervals_parse(struct str text, int64_t now, struct intervals *u);

void intervals_clear(struct intervals *u);

#endif
