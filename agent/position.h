/*
 * Places in a file, and what they are recognised by (struct position in
 * agent/source.h).
 */
#ifndef AGENT_POSITION_H
#define AGENT_POSITION_H

#include "agent/source.h"
#include "core/str.h"

/* How many bytes before `offset` its check is of. */
uint64_t position_checked(uint64_t offset);

/* The present end of the file; its beginning where that cannot be read. */
struct position position_at_end(int fd);

/*
 * Bytes of the file, with `context` more of it in front of them in memory:
 * at least position_checked(offset).
 */
struct stretch {
	struct str text;
	size_t context;
	uint64_t offset; /* of `text` in the file */
};

/* The place at which `rest`, an end of it, begins. */
struct position
position_in(const struct stretch *s, struct str rest, uint32_t part);

#endif
