/*
 * Any bytes as a message of RFC 5424 and as structured data.  What is read
 * lies inside the message; data that were accepted read to their end without
 * fault, and come back the same when they are written anew.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/rfc5424.h"
#include "record/structured_data.h"
#include "record/syslog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct str field, struct str body)
{
	assert(field.len == 0 ||
	    (field.data >= body.data &&
		field.data + field.len <= body.data + body.len));
}

/* Write `data` anew: the same elements, escaped where they must be. */
static void
rewrite(struct str data, struct buffer *out)
{
	struct structured_data d = { .rest = data };
	struct buffer scratch = { 0 };
	enum structured_data_item item;
	bool open = false;
	while ((item = structured_data_next(&d)) != STRUCTURED_DATA_END) {
		assert(item != STRUCTURED_DATA_BAD);
		assert(structured_data_is_name(d.name));
		if (item == STRUCTURED_DATA_ELEMENT) {
			buffer_append_str(out, str_from(open ? "][" : "["));
			buffer_append_str(out, d.name);
			open = true;
			continue;
		}
		buffer_append_byte(out, ' ');
		buffer_append_str(out, d.name);
		buffer_append_byte(out, '=');
		scratch.len = 0;
		structured_data_quote(
		    out, structured_data_value(d.value, &scratch));
	}
	assert(d.rest.len == 0);
	if (open)
		buffer_append_byte(out, ']');
	buffer_clear(&scratch);
}

static void
check_data(struct str text)
{
	bool lax = false, still = false;
	struct buffer once = { 0 }, twice = { 0 };
	struct str good = { text.data, structured_data_length(text, &lax) };
	check_inside(good, text);
	rewrite(good, &once);
	rewrite(buffer_str(&once), &twice);
	assert(str_equal(buffer_str(&once), buffer_str(&twice)));
	assert(structured_data_length(buffer_str(&once), &still) == once.len);
	if (!lax)
		assert(str_equal(buffer_str(&once), good));
	buffer_clear(&once);
	buffer_clear(&twice);
}

static void
check_message(struct str text)
{
	static struct zone *utc;
	const char *why;
	struct record r = { .body = text };
	struct str message;
	if (utc == NULL)
		utc = zone_new("UTC", &why);
	bool good = rfc5424_parse(text, utc, &r, &message);
	check_inside(r.host, text);
	check_inside(r.program, text);
	check_inside(r.pid, text);
	check_inside(r.msgid, text);
	check_inside(r.data, text);
	check_inside(message, text);
	if (good) {
		assert(r.host.len <= 255 && r.program.len <= 48);
		assert(r.pid.len <= 128 && r.msgid.len <= 32);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = xmalloc(size);
	memcpy(exact, data, size);
	struct str text = { exact, size };
	check_data(text);
	if (rfc5424_is(text))
		check_message(text);
	free(exact);
	return 0;
}
