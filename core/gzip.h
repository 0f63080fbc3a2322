/*
 * Reading gzip (RFC 1952): compressed bytes in, the bytes they stand for out,
 * piece by piece and in bounded memory.  A file of several members is what
 * they hold, one after another (section 2.2); zeros between them are padding.
 *
 * Damage never stops a reader: what was inflated in front of it is given, the
 * place is counted, and reading goes on at the next header of a member.  What
 * comes out depends on the bytes alone, not on the pieces they come in.
 */
#ifndef CORE_GZIP_H
#define CORE_GZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* What a compressed file begins with: ID1, ID2 and CM (section 2.3.1). */
#define GZIP_MAGIC 3

struct gunzip;

bool gzip_is_magic(const char bytes[GZIP_MAGIC]);

struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *g);

/* From the beginning of another file; nothing is counted yet. */
void gunzip_reset(struct gunzip *g);

/*
 * Inflate: `in` moves past the bytes taken, of the result at most `room` bytes
 * go to `out`.  Returns how many; less than `room`: all of `in` is taken, and
 * more of it is needed.  `room` is at least 1.
 */
size_t gunzip_turn(struct gunzip *g, struct str *in, char *out, size_t room);

/* Every member so far is complete: the file may end here. */
bool gunzip_is_complete(const struct gunzip *g);

/* Places that are no gzip, or do not fit their checksum. */
uint64_t gunzip_damaged(const struct gunzip *g);

#endif
