/*
 * Time stamps as text: RFC 3339 with nanoseconds, in UTC.
 */
#ifndef RECORD_TIMESTAMP_H
#define RECORD_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* "2026-11-21T02:09:31.000000001Z" */
#define TIMESTAMP_LEN 30

/*
 * Write `ns` since the epoch as TIMESTAMP_LEN bytes, without a terminator.
 * Years outside 0000-9999 are clamped.  Cheap for stamps of one second in a
 * row.
 */
void timestamp_format(int64_t ns, char out[TIMESTAMP_LEN]);

/*
 * Read an RFC 3339 stamp (any zone, any number of fraction digits).  0 and
 * ns since the epoch, or -1.
 */
int timestamp_parse(struct str text, int64_t *ns);

/*
 * As timestamp_parse, from the front of `text`, which then begins behind it;
 * false, with `text` as it was, if there is none.  It is strict if RFC 5424,
 * section 6.2.3 allows it: 'T' and 'Z' are upper-case, no leap second, at
 * most 6 digits of fraction.
 */
bool timestamp_take(struct str *text, int64_t *ns, bool *strict);

/* As ns since the epoch; false if int64_t does not hold them. */
bool timestamp_of(int64_t seconds, int nanosecond, int64_t *ns);

#endif
