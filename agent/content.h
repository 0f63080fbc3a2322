/*
 * What a file says: its bytes, or those that it holds compressed.  Offsets
 * are always in what it says.  Which it is shows in its first bytes.
 */
#ifndef AGENT_CONTENT_H
#define AGENT_CONTENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "agent/source.h"
#include "agent/unzip.h"

struct content {
	int fd; /* its opener's */
	bool decided; /* it has its first bytes */
	struct unzip *unzip; /* NULL: plain */
};

/* Of `fd`, which the caller closes after content_clear. */
void content_init(struct content *c, int fd);
void content_clear(struct content *c);

/* An empty file may have become one or the other; plain until it has. */
void content_decide(struct content *c);

/*
 * As pread(2).  -1 with EAGAIN: inflating has not come that far, call again.
 */
ssize_t
content_read(struct content *c, char *data, size_t len, uint64_t offset);

/* What is in front of `offset` will hardly be wanted again. */
void content_keep(struct content *c, uint64_t offset);

/* Bytes behind `offset`, as far as one knows without reading them: if it is
 * compressed, at least one as long as there is more to inflate. */
uint64_t content_behind(const struct content *c, uint64_t offset);

/*
 * Do the bytes before `p` still hash to what they did?  1 or 0; -1 with
 * EAGAIN: not there yet, call again.  What cannot be read does not.
 */
int content_matches(struct content *c, const struct position *p);

/* The place `offset` as a position: as content_end. */
int content_at(struct content *c, uint64_t offset, struct position *p);

/* Its present end as a position: 1; 0: it cannot be read; -1: as above. */
int content_end(struct content *c, struct position *p);

#endif
