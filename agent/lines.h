/*
 * Lines cut from bytes.  A line ends at LF; one that is longer than max_line
 * is cut there and goes on as parts, so that no line ever stops a file.
 * Cuts depend on the bytes alone: read again, they fall in the same places.
 *
 * A run of HOLE_MIN NUL bytes or more is a hole, as a writer without O_APPEND
 * leaves in front of what it writes after a truncation, or a crash at a file's
 * end: no part of any line.  It ends the line in front of it, if there is one.
 *
 * In UTF-16 LF is a code unit, at an even place, and no code unit is divided.
 */
#ifndef AGENT_LINES_H
#define AGENT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "core/str.h"

/* No text has as many NULs in a row. */
#define HOLE_MIN 64

struct cutter {
	size_t max_line; /* at least HOLE_MIN, or holes come in parts */
	uint32_t part; /* parts already cut from the present line */
	enum encoding encoding;
	bool in_hole; /* what comes first goes on with one, if it is NUL */
	uint64_t hole; /* bytes of holes passed so far */
	struct str plain; /* holds no NUL, as cutter_look_through found */
};

struct cut {
	struct str text; /* without its LF */
	struct str
	    origin; /* what the input knows of it (record/attributes.h) */
	size_t taken; /* bytes of input, LF and a hole in front included */
	uint32_t part; /* 0: a whole line; else counted from 1 */
	uint32_t flags; /* RECORD_MORE, RECORD_PARTIAL */
};

/*
 * `text` is what the next calls cut: look for NULs once, and not in each line
 * of it, which are short.  Until they are done with it, it must not change.
 */
void cutter_look_through(struct cutter *c, struct str text);

/*
 * Cut the next line off the front of `rest`.  False when there is neither an
 * LF nor more than max_line bytes: more must be read first; `rest` may have
 * moved over a hole all the same.
 */
bool cutter_next(struct cutter *c, struct str *rest, struct cut *cut);

/*
 * The source has ended: what is left is a line without LF, marked as partial.
 * False if nothing is left.
 */
bool cutter_last(struct cutter *c, struct str *rest, struct cut *cut);

/* Bytes of each part of a line in parts but the last. */
size_t cutter_longest(const struct cutter *c);

/* The place behind the last LF in `s`, which begins at an even offset; 0:
 * there is none. */
size_t cutter_last_start(const struct cutter *c, struct str s);

/* Does `text` end with a hole, long enough to be known as one? */
bool ends_in_hole(struct str text);

#endif
