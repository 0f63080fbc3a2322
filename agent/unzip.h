/*
 * A gzip file as the bytes it holds: they are read at offsets, as those of a
 * plain file are, though they come in order only.  What lies behind
 * unzip_keep's offset stays in memory; to go back in front of it the file is
 * inflated again from its beginning.
 *
 * A call inflates a bounded piece: who wants more calls again.
 */
#ifndef AGENT_UNZIP_H
#define AGENT_UNZIP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct unzip;

/* Of `fd`, which stays the caller's and must outlive it. */
struct unzip *unzip_new(int fd);
void unzip_free(struct unzip *u);

/*
 * As pread(2) of what is inside.  Less than `len`: its present end.  -1 with
 * EAGAIN: it has not come that far, call again.
 */
ssize_t unzip_read(struct unzip *u, char *data, size_t len, uint64_t offset);

/* What is in front of `offset` will hardly be wanted again. */
void unzip_keep(struct unzip *u, uint64_t offset);

/* How many bytes came out so far; all there are if unzip_is_at_end. */
uint64_t unzip_length(const struct unzip *u);

/* All of the file, as `st` has it, was inflated. */
bool unzip_is_at_end(const struct unzip *u, const struct stat *st);

/* The file is shorter than what was read of it: it is another one now. */
bool unzip_is_cut(const struct unzip *u, const struct stat *st);

/* It does not end within a member. */
bool unzip_is_complete(const struct unzip *u);

/* Places in it that are damaged (core/gzip.h). */
uint64_t unzip_damaged(const struct unzip *u);

#endif
