/*
 * Structured data on the wire: between their text (record/structured_data.h)
 * and the header `data`, a table of tables
 *
 *	{SD-ID: {PARAM-NAME: value}}
 *
 * in which values are without their escapes.  A PARAM-NAME that an element
 * has several times (RFC 5424, section 6.3.3) stands once, with the list of
 * its values.  There is no second element of one SD-ID (section 6.3.2): the
 * first one counts.
 */
#ifndef BROKER_MESSAGE_DATA_H
#define BROKER_MESSAGE_DATA_H

#include <amqp.h>
#include <stdbool.h>

#include "core/buffer.h"
#include "record/structured_data.h"

#define MESSAGE_DATA_PARAMS 256

struct message_data_pair {
	struct str name;
	struct str value; /* without escapes */
	bool laid;
};

/* What a table points at besides the text.  A zeroed struct is ready. */
struct message_data {
	struct message_data_pair pairs[MESSAGE_DATA_PARAMS]; /* one element's */
	amqp_table_entry_t elements[STRUCTURED_DATA_ELEMENTS];
	amqp_table_entry_t params[MESSAGE_DATA_PARAMS];
	amqp_field_value_t values[MESSAGE_DATA_PARAMS]; /* in lists */
	struct buffer unescaped;
};

/*
 * Make the table of `data`, whose entries take at most `room` bytes.  Whole
 * elements are left out, from the first on that is too large, has more than
 * 255 bytes in a name, or would be one parameter too many; then it returns
 * false.  The table points into `data` and `m`.
 */
bool message_data_make(
    struct message_data *m, struct str data, size_t room, amqp_table_t *table);

/*
 * Append the text of a table, which may be anybody's, to `out`.  What such a
 * text cannot say is left out: names that are no SD-NAMEs, values that are
 * neither texts nor bytes nor lists of them, and what comes behind 64
 * elements or 256 values.
 */
void message_data_read(const amqp_table_t *table, struct buffer *out);

#endif
