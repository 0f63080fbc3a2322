/*
 * Time stamps as text: RFC 3339 with nanoseconds, in UTC.
 */
#ifndef RECORD_TIMESTAMP_H
#define RECORD_TIMESTAMP_H

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

#endif
