/*
 * What stands before a line's message: the time, and what carried the line
 * here (a syslog header as syslogd writes it to a file, the kubelet's and
 * Docker's wrapping).  The recognisers of detect_severity look behind it.
 */
#ifndef RECORD_FRONT_H
#define RECORD_FRONT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

struct front {
	struct str line; /* without what carried it */
	/* How much of `line` is its own time, "[15:04:05]" with its brackets;
	 * 0: it has none. */
	size_t time;
	size_t after; /* `time` and the blanks behind it */
	bool carried; /* `line` is a part of what was given */
};

/*
 * Look at the first bytes of `body` (at most some 300, except that a name is
 * passed over whole).  Every view of the result lies in `body`.
 */
void front_cut(struct str body, struct front *out);

/*
 * How many bytes at the start of `s` are a time: "2024-01-02T15:04:05.678Z",
 * "Jan  2 15:04:05", "02/Jan/2024:15:04:05 +0000", "15:04:05,678", "01-02
 * 15:04:05.678", "24/01/02 15:04:05", "2005-06-03-15.42.50.675872" and
 * their like.  Fraction and zone belong to it.  0: there is none.
 */
size_t front_time(struct str s);

#endif
