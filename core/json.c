#include "core/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "core/xalloc.h"

struct json {
	json_t *object;
};

struct json *
json_new(void)
{
	/* With an allocator that never fails, nothing below can. */
	json_set_alloc_funcs(xmalloc, free);
	struct json *j = xcalloc(1, sizeof(*j));
	j->object = json_object();
	return j;
}

static void
set(struct json *j, const char *key, json_t *value)
{
	int result = json_object_set_new_nocheck(j->object, key, value);
	assert(result == 0);
}

/* How many bytes at the start of `s` are UTF-8. */
static size_t
valid_length(struct str s)
{
	size_t done = 0, n = 1;
	uint32_t code;
	while (done < s.len && n > 0) {
		n = utf8_take(str_after(s, done), &code);
		done += n;
	}
	return done;
}

static void
append_repaired(struct buffer *out, struct str s)
{
	while (s.len > 0) {
		size_t n = valid_length(s);
		buffer_append(out, s.data, n);
		s = str_after(s, n);
		if (s.len > 0) {
			buffer_append(out, "\xef\xbf\xbd", 3);
			s = str_after(s, 1);
		}
	}
}

bool
json_set_text(struct json *j, const char *key, struct str value)
{
	struct buffer repaired = { 0 };
	bool valid = valid_length(value) == value.len;
	if (!valid) {
		append_repaired(&repaired, value);
		value = buffer_str(&repaired);
	}
	const char *data = value.len > 0 ? value.data : "";
	set(j, key, json_stringn_nocheck(data, value.len));
	buffer_clear(&repaired);
	return valid;
}

void
json_set_base64(struct json *j, const char *key, struct str value)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buffer out = { 0 };
	const unsigned char *p = (const unsigned char *)value.data;
	for (size_t i = 0; i < value.len; i += 3) {
		size_t left = value.len - i;
		uint32_t bits = (uint32_t)p[i] << 16 |
		    (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
		    (left > 2 ? p[i + 2] : 0);
		buffer_append_byte(&out, digits[bits >> 18]);
		buffer_append_byte(&out, digits[bits >> 12 & 63]);
		buffer_append_byte(
		    &out, left > 1 ? digits[bits >> 6 & 63] : '=');
		buffer_append_byte(&out, left > 2 ? digits[bits & 63] : '=');
	}
	set(j, key, json_stringn_nocheck(out.len ? out.data : "", out.len));
	buffer_clear(&out);
}

void
json_set_integer(struct json *j, const char *key, int64_t value)
{
	set(j, key, json_integer(value));
}

void
json_set_true(struct json *j, const char *key)
{
	set(j, key, json_true());
}

static int
put(const char *data, size_t len, void *out)
{
	buffer_append(out, data, len);
	return 0;
}

void
json_append(const struct json *j, struct buffer *out)
{
	int result = json_dump_callback(j->object, put, out, JSON_COMPACT);
	assert(result == 0);
}

void
json_free(struct json *j)
{
	if (j == NULL)
		return;
	json_decref(j->object);
	free(j);
}
