/*
 * The files of one input's spool: STATE/spool/INPUT/, 0700, and in it one
 * segment (agent/segment.h) after the other, 0600, each named by its base in
 * 16 hex digits.  No symbolic link is followed below STATE.
 *
 * NAME.damaged is a segment in which damage was found, kept for people: it
 * is not read again.
 */
#ifndef AGENT_SPOOL_DIRECTORY_H
#define AGENT_SPOOL_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"

#define SPOOL_NAME_LEN 16

struct spool_directory {
	int fd;
	char *path; /* for messages */
	uint64_t *bases; /* of the segments, ascending */
	size_t count;
	size_t capacity;
};

/*
 * Open the directory STATE/spool/INPUT and list its segments.  `create`: make
 * what is missing of it below STATE, which must exist.  1; 0: there is none
 * (without `create` only); -1, having said why.
 */
int spool_directory_open(struct spool_directory *d, const char *state,
    const char *input, bool create);

/*
 * Append the name of the directory of `input`: bytes that are no letters,
 * digits, '-', '_' or '.' within are written %XX.
 */
void spool_directory_name(const char *input, struct buffer *out);

/*
 * The names of the inputs that have a directory in STATE/spool, one after the
 * other.  0, or -1: said.
 */
int spool_directory_each(const char *state,
    void (*visit)(void *owner, const char *input), void *owner);

/* A segment's name. */
void spool_directory_segment(uint64_t base, char name[SPOOL_NAME_LEN + 1]);

/*
 * The index of the segment in which the place `at` would be: the last that
 * does not begin behind it, or the first; `count` when there is none.
 */
size_t spool_directory_find(const struct spool_directory *d, uint64_t at);

/* True, and its base in `next`, if there is a segment behind that of `base`. */
bool spool_directory_next(
    const struct spool_directory *d, uint64_t base, uint64_t *next);

/* Open a segment: a descriptor, or -1 with errno set. */
int spool_directory_read(const struct spool_directory *d, uint64_t base);

/* Create the next segment: a descriptor to write, or -1 with errno set. */
int spool_directory_create(struct spool_directory *d, uint64_t base);

/* The segment stays as NAME.damaged when it is removed.  0, or -1: said. */
int spool_directory_keep(const struct spool_directory *d, uint64_t base);

/* Unlink the segment at `index`.  0, or -1: said, and still listed. */
int spool_directory_remove(struct spool_directory *d, size_t index);

void spool_directory_close(struct spool_directory *d);

#endif
