/*
 * Writing one SD-ELEMENT of RFC 5424 (section 6.3) from names and values of
 * anybody: `[journal _UID="0" CODE_LINE="12"]`.  What is written is always
 * valid and bounded.
 */
#ifndef RECORD_SD_ELEMENT_H
#define RECORD_SD_ELEMENT_H

#include <stdbool.h>

#include "core/buffer.h"

#define SD_NAME_MAX 32 /* section 6.3.3 */
#define SD_VALUE_MAX                                            \
	((size_t)4096) /* bytes of a value; the rest is cut off \
			*/
#define SD_ELEMENT_MAX ((size_t)16 << 10)

/*
 * Append NAME="VALUE" to the element in `out`, which begins with it when
 * empty: `id` is then its SD-ID, itself valid.  Bytes that are not UTF-8 are
 * written as U+FFFD.  False, and nothing is appended: `name` is no SD-NAME,
 * or the element would be longer than SD_ELEMENT_MAX.
 */
bool sd_element_add(
    struct buffer *out, const char *id, struct str name, struct str value);

/* Close the element; an empty one is none, and stays empty. */
void sd_element_end(struct buffer *out);

#endif
