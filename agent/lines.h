/*
 * Lines cut from bytes.  A line ends at LF; one that is longer than max_line
 * is cut there and goes on as parts, so that no line ever stops a file.
 * Cuts depend on the bytes alone: read again, they fall in the same places.
 */
#ifndef AGENT_LINES_H
#define AGENT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

struct cutter {
	size_t max_line;
	uint32_t part; /* parts already cut from the present line */
};

struct cut {
	struct str text; /* without its LF */
	struct str origin; /* record/attributes.h: known besides; or empty */
	size_t taken; /* bytes of input, LF included */
	uint32_t part; /* 0: a whole line; else counted from 1 */
	uint32_t flags; /* RECORD_MORE, RECORD_PARTIAL */
};

/*
 * Cut the next line off the front of `rest`.  False when there is neither an
 * LF nor more than max_line bytes: more must be read first.
 */
bool cutter_next(struct cutter *c, struct str *rest, struct cut *cut);

/*
 * The source has ended: what is left is a line without LF, marked as partial.
 * False if nothing is left.
 */
bool cutter_last(struct cutter *c, struct str *rest, struct cut *cut);

#endif
