#include "collector/format.h"

#include <string.h>

#include "collector/format_data.h"
#include "core/json.h"
#include "record/timestamp.h"

static void
append_line(const struct record *r, struct buffer *out)
{
	struct str rest = r->body;
	const char *feed;
	while (rest.len > 0 &&
	    (feed = memchr(rest.data, '\n', rest.len)) != NULL) {
		size_t n = (size_t)(feed - rest.data);
		buffer_append(out, rest.data, n);
		buffer_append(out, "\\n", 2);
		rest = str_after(rest, n + 1);
	}
	char *to = buffer_room(out, rest.len + 1);
	if (rest.len > 0)
		memcpy(to, rest.data, rest.len);
	to[rest.len] = '\n';
	out->len += rest.len + 1;
}

static void
set_unless_empty(struct json *j, const char *key, struct str value)
{
	if (value.len > 0)
		json_set_text(j, key, value);
}

static void
append_json(const struct record *r, struct buffer *out)
{
	char time[TIMESTAMP_LEN];
	struct json *j = json_new();
	timestamp_format(r->time, time);
	json_set_text(j, "time", (struct str){ time, sizeof(time) });
	json_set_text(j, "severity", severity_word(r->severity));
	json_set_text(j, "facility", facility_word(r->facility));
	set_unless_empty(j, "host", r->host);
	set_unless_empty(j, "program", r->program);
	set_unless_empty(j, "pid", r->pid);
	set_unless_empty(j, "msgid", r->msgid);
	if (r->data.len > 0)
		json_set(j, "data", format_data(r->data));
	set_unless_empty(j, "peer", r->peer);
	set_unless_empty(j, "path", r->path);
	if (r->source.len > 0) {
		json_set_text(j, "source", r->source);
		json_set_integer(j, "pos", (int64_t)r->pos);
	}
	if (r->part > 0)
		json_set_integer(j, "part", r->part);
	if (r->flags & RECORD_MORE)
		json_set_true(j, "more");
	if (r->flags & RECORD_PARTIAL)
		json_set_true(j, "partial");
	if (r->flags & RECORD_MALFORMED)
		json_set_true(j, "malformed");
	if (r->flags & RECORD_TRUNCATED)
		json_set_true(j, "truncated");
	if (r->flags & RECORD_DATA_CUT)
		json_set_true(j, "data_cut");
	set_unless_empty(j, "key", r->key);
	if (!json_set_text(j, "text", r->body))
		json_set_base64(j, "raw", r->body);
	json_append(j, out);
	buffer_append_byte(out, '\n');
	json_free(j);
}

void
format_append(
    enum line_format format, const struct record *r, struct buffer *out)
{
	switch (format) {
	case FORMAT_LINE:
		append_line(r, out);
		break;
	case FORMAT_RAW:
		buffer_append(out, r->body.data, r->body.len);
		buffer_append_byte(out, '\n');
		break;
	case FORMAT_JSON:
		append_json(r, out);
		break;
	}
}
