/*
 * Names of files in text.  A name holds any byte but NUL and '/'; in a header
 * of a message, in JSON and in our own log it must be one line of UTF-8.
 *
 * Control characters (C0, DEL, C1), bytes that are not part of a UTF-8
 * character (RFC 3629), and in names the backslash, read \xNN, two digits of
 * upper case for each byte.  So different names stay different.
 */
#ifndef CORE_ESCAPE_H
#define CORE_ESCAPE_H

#include "core/buffer.h"
#include "core/str.h"

/* Append `name`. */
void escape_name(struct buffer *out, struct str name);

/*
 * The name that escape_name made `text` of.  What stands for itself stays; 0,
 * or -1 if a backslash is not that of an escape, and `out` is as it was.
 */
int escape_undo(struct buffer *out, struct str text);

/*
 * Put text that may hold names into `out`, at most `room` bytes and no part
 * of a character or of an escape; backslashes stay as they are.  Returns how
 * many bytes that is.  Allocates nothing.
 */
size_t escape_text(char *out, size_t room, struct str text);

#endif
