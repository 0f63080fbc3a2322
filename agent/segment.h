/*
 * What a file of the spool holds: a head, then records, one for each line.
 *
 * A place in the spool is one number that rises over all its files: a record
 * that begins at byte N of a file begins at `base` + N - SEGMENT_HEAD, and
 * that is under its checksum.  So is a number that nobody outside knows: what
 * somebody writes into a log line is never taken for a record, also where
 * records are looked for behind damage.
 *
 * All numbers are little-endian.  The head stands twice in its 80 bytes:
 *
 *	8 "weirspl2", the format and its version
 *	8 base: the place of the first record
 *	8 after: the place where the file before this one ends
 *	8 salt: random
 *	8 checksum of these 32 bytes
 *
 * A record:
 *
 *	4 magic
 *	4 length of what follows the checksums
 *	8 checksum of place, magic and length, xor salt
 *	8 checksum of what follows, xor the one before
 *	1 version of the rest: 1; or 0: nothing, what a draft or a repair
 *	  left
 *	1 severity, 1 facility: of the line's head, where the line has parts
 *	1 nothing yet
 *	4 flags, 4 part, 8 received
 *	4 length of `origin`, then its bytes, then those of the line
 */
#ifndef AGENT_SEGMENT_H
#define AGENT_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/str.h"
#include "record/facility.h"
#include "record/severity.h"

#define SEGMENT_HEAD ((size_t)80)

/* Bytes in front of a record's line when it has no `origin`. */
#define SEGMENT_RECORD ((size_t)48)

/* No record is longer: the longest max_line, and what goes with it. */
#define SEGMENT_RECORD_MAX (((size_t)64 << 20) + ((size_t)64 << 10))

struct segment_head {
	uint64_t base;
	uint64_t after;
	uint64_t salt;
};

/* A line as it waits in the spool. */
struct entry {
	int64_t received; /* ns since the epoch */
	uint32_t part; /* RECORD_MORE and parts: record/record.h */
	uint32_t flags;
	enum severity severity; /* of the line's head, if part > 0 */
	enum facility facility;
	struct str origin; /* record/attributes.h: sender, cursor; or empty */
	struct str text;
};

void segment_head_put(const struct segment_head *head, struct buffer *out);

/*
 * Read the first SEGMENT_HEAD bytes of a file.  0, or -1: both copies are
 * damaged, or of a version that is not known here.
 */
int segment_head_get(struct str bytes, struct segment_head *head);

/* Append the record of `e`, which will stand at the place `at`. */
void segment_record_put(const struct segment_head *head, uint64_t at,
    const struct entry *e, struct buffer *out);

/*
 * Append a record of exactly `size` bytes that holds nothing; they are at
 * least SEGMENT_NOTHING_MIN and at most SEGMENT_RECORD_MAX.
 */
#define SEGMENT_NOTHING_MIN ((size_t)25)
void segment_nothing_put(const struct segment_head *head, uint64_t at,
    size_t size, struct buffer *out);

enum segment_found {
	SEGMENT_ENTRY, /* `e` points into `bytes`; `size` bytes were its */
	SEGMENT_SHORT, /* so far it is one; it needs `size` bytes in all */
	SEGMENT_NOTHING, /* `size` bytes of no meaning */
	SEGMENT_DAMAGED, /* `size`: how long it is, if that is known, or 0 */
};

/* What stands at the place `at`, of which `bytes` is what was read. */
enum segment_found segment_record_get(const struct segment_head *head,
    uint64_t at, struct str bytes, struct entry *e, size_t *size);

/*
 * Behind damage: how many of the `bytes`, which stand at the place `at`, are
 * in front of the next record.  False when there is none in them: so many
 * bytes are the beginning of no record either.
 */
bool segment_seek(const struct segment_head *head, uint64_t at,
    struct str bytes, size_t *skip);

#endif
