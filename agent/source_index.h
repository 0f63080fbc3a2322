/*
 * Sources by what they were read from.  Several may have been read from one
 * file: by two inputs, or before and after it was written anew in place.
 */
#ifndef AGENT_SOURCE_INDEX_H
#define AGENT_SOURCE_INDEX_H

#include "agent/source.h"

/* A zeroed struct is empty.  A source that is freed leaves it. */
struct source_index {
	struct source *heads; /* one of each identity; see source->alike */
};

/* Of an identity that stays: source_index_move changes it. */
void source_index_add(struct source_index *index, struct source *s);

/* Nothing if it is in none. */
void source_index_remove(struct source *s);

/* It is read from another file from now on. */
void source_index_move(struct source *s, const struct identity *identity);

/* One of those with that identity, the others by `alike`; NULL: none. */
struct source *source_index_find(
    const struct source_index *index, const struct identity *identity);

#endif
