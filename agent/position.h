/* Places in a file, and what they are recognised by. */
#ifndef AGENT_POSITION_H
#define AGENT_POSITION_H

#include <stdint.h>

#include "core/str.h"

/* How many bytes before a position recognise it. */
#define POSITION_CHECKED 1024

/* Where reading may go on. */
struct position {
	uint64_t offset; /* past a line or a part of one; or `start = end` */
	uint64_t check; /* checksum of up to POSITION_CHECKED bytes before it */
	uint32_t part; /* parts already cut from the line that stands here */
};

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
