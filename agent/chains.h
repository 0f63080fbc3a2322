/*
 * The chains of one source: what it publishes under one routing key each.
 * Every line says which line of its chain came before it (record/record.h),
 * so that whoever has some lines of a chain knows which he has not.
 *
 * Invariant: what a line claims comes from the bytes of its source and the
 * configuration alone, so that reading on from `safe`, with the ends the
 * chains had there, links every line as it was linked before.
 */
#ifndef AGENT_CHAINS_H
#define AGENT_CHAINS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/hash.h"
#include "core/str.h"

/* Of one source.  A stranger who chooses routing keys may want more. */
#define CHAINS_MAX 1000

struct chain {
	UT_hash_handle hh;
	uint64_t last; /* pos of the line linked last; 0: none */
	uint64_t end; /* pos of its last line at the source's `safe` */
	int64_t began; /* ns since the epoch: its first line was linked */
	uint64_t sum; /* of its row as last saved */
	uint64_t span; /* number of the span that marked it last */
	size_t mark; /* and where in its marks */
	bool changed; /* `end` is not what is saved */
	bool saving; /* part of the save under way */
	size_t len;
	char key[];
};

/* A zeroed struct has none. */
struct chains {
	struct chain *table;
	uint64_t unchained; /* lines beyond CHAINS_MAX */
};

/*
 * Link a line that ends at `pos`: the last of the chain of `key`, which
 * begins with it (at `now`) if there is none.  Sets `*prev`.  Returns NULL
 * when there are too many: the line goes unchained.
 */
struct chain *chains_link(struct chains *c, struct str key, uint64_t pos,
    int64_t now, uint64_t *prev);

/* A chain as it was saved. */
struct chain *
chains_add(struct chains *c, struct str key, uint64_t end, int64_t began);

struct str chain_key(const struct chain *chain);

void chains_clear(struct chains *c);

#endif
