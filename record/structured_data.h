/*
 * STRUCTURED-DATA (RFC 5424, section 6.3), in the text it is written in:
 *
 *	[exampleSDID@32473 iut="3" eventSource="App \"A\""][empty]
 *
 * What is read is more than what is allowed: names of any length, blanks in
 * front of ']' and several between parameters, an unescaped ']' in a value,
 * and a backslash that escapes nothing, which is then itself (section 6.3.3).
 * So is what two makers write:
 *
 *	[Originator@6876 sub=Vimsvc opID=1f]	VMware: values without quotes,
 *						where the SD-ID has an '@'
 *	[action:"Accept"; flags:"411908"; ]	Check Point: no SD-ID, it is
 *						called STRUCTURED_DATA_NAMELESS
 *
 * Whoever reads is told, and never reads further than 64 elements.
 */
#ifndef RECORD_STRUCTURED_DATA_H
#define RECORD_STRUCTURED_DATA_H

#include <stdbool.h>

#include "core/buffer.h"
#include "core/str.h"

#define STRUCTURED_DATA_ELEMENTS 64
/* SD-NAME, section 6.3. */
#define STRUCTURED_DATA_NAME 32
#define STRUCTURED_DATA_NAMELESS "checkpoint"

enum structured_data_item {
	STRUCTURED_DATA_END, /* what comes next is no element */
	STRUCTURED_DATA_ELEMENT, /* `name` is its SD-ID */
	STRUCTURED_DATA_PARAM, /* of that element: `name` and `value` */
	STRUCTURED_DATA_BAD, /* an element that cannot be read: it is over */
};

struct structured_data {
	struct str rest; /* set it to the text; then what was not read yet */
	struct str name;
	struct str value; /* as it is written, escapes and all */
	size_t left; /* bytes of the text from the '[' of the element on */
	bool inside; /* an element */
	bool bare; /* its values need no quotes, */
	bool nameless; /* or it is Check Point's */
	bool lax; /* something that was read is not allowed */
};

enum structured_data_item structured_data_next(struct structured_data *d);

/*
 * How many bytes at the front of `text` are elements: up to the first that
 * cannot be read, or has the SD-ID of one before it, or is one too many.
 * Whether that, or anything in them, is not allowed goes to `*lax`.
 */
size_t structured_data_length(struct str text, bool *lax);

/* May it be an SD-NAME, of whatever length? */
bool structured_data_is_name(struct str name);

/*
 * The value without its escapes: a view of itself if it has none, else of
 * the end of `scratch`, valid until that grows.
 */
struct str structured_data_value(struct str value, struct buffer *scratch);

/* Append it in quotes, escaped. */
void structured_data_quote(struct buffer *out, struct str value);

#endif
