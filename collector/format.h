/*
 * A record as a line of output.
 *
 * FORMAT_LINE: the body and a line feed; a tailed line comes out byte for
 * byte, except that line feeds inside a body (which only other publishers can
 * send, or several lines as one) are written as the two bytes "\n", so that
 * nobody forges a line.
 *
 * FORMAT_RAW: the same, line feeds too as they are.
 *
 * FORMAT_JSON: one object per line: time (RFC 3339 with ns, UTC), severity,
 * facility, host, program, pid, msgid, data (collector/format_data.h), peer,
 * path, source, pos, part, more, partial, malformed, truncated, data_cut, key
 * and text; absent fields are left out.  Bytes of the text that are not UTF-8
 * read U+FFFD there and a member "raw" holds the exact bytes in base64.
 */
#ifndef COLLECTOR_FORMAT_H
#define COLLECTOR_FORMAT_H

#include "config/config.h"
#include "core/buffer.h"
#include "record/record.h"

void format_append(
    enum line_format format, const struct record *r, struct buffer *out);

#endif
