/*
 * What a zone's clocks do, as a table: how far they are ahead of UTC, and
 * from when on.  For record/zone.c, which looks things up in it.
 */
#ifndef RECORD_ZONE_RULES_H
#define RECORD_ZONE_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

struct zone_change {
	int64_t at; /* seconds since the epoch */
	int offset; /* from then on, seconds ahead of UTC */
};

/* `changes` is owned; they are in the order of time. */
struct zone_rules {
	int first; /* the offset before all changes */
	struct zone_change *changes;
	size_t count;
};

void zone_rules_add(struct zone_rules *z, int64_t at, int offset);

/*
 * Read the bytes of a TZif file (RFC 8536), version 2 or later, its footer
 * included.  -1 if they are none; `z` is then to be cleared all the same.
 */
int zone_rules_read_file(struct zone_rules *z, struct str bytes);

/*
 * Add what a TZ string says ("CET-1CEST,M3.5.0,M10.5.0/3": POSIX.1-2017,
 * section 8.3, with the extensions of RFC 8536, section 3.3.1) for the years
 * after the last change, to 2120.  -1 if it is none.
 */
int zone_rules_read_string(struct zone_rules *z, struct str text);

void zone_rules_clear(struct zone_rules *z);

#endif
