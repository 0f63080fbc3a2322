#include "core/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "core/xalloc.h"

/* Ours is theirs by another name; there is no struct json. */
static json_t *
theirs(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

static struct json *
ours(json_t *value)
{
	return (struct json *)value;
}

/* With an allocator that never fails, nothing below can. */
static void
set_up(void)
{
	json_set_alloc_funcs(xmalloc, free);
}

struct json *
json_new(void)
{
	set_up();
	return ours(json_object());
}

struct json *
json_new_list(void)
{
	set_up();
	return ours(json_array());
}

static void
set(struct json *j, const char *key, json_t *value)
{
	int result = json_object_set_new_nocheck(theirs(j), key, value);
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

static json_t *
text_of(struct str value, bool *valid)
{
	struct buffer repaired = { 0 };
	*valid = valid_length(value) == value.len;
	if (!*valid) {
		append_repaired(&repaired, value);
		value = buffer_str(&repaired);
	}
	const char *data = value.len > 0 ? value.data : "";
	json_t *text = json_stringn_nocheck(data, value.len);
	buffer_clear(&repaired);
	return text;
}

bool
json_set_text(struct json *j, const char *key, struct str value)
{
	bool valid;
	set(j, key, text_of(value, &valid));
	return valid;
}

void
json_push_text(struct json *list, struct str value)
{
	bool valid;
	int result =
	    json_array_append_new(theirs(list), text_of(value, &valid));
	assert(result == 0);
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
json_set_count(struct json *j, const char *key, uint64_t value)
{
	json_set_integer(j, key, (int64_t)value);
}

void
json_set_true(struct json *j, const char *key)
{
	set(j, key, json_true());
}

void
json_set(struct json *j, const char *key, struct json *value)
{
	set(j, key, theirs(value));
}

void
json_push(struct json *list, struct json *value)
{
	int result = json_array_append_new(theirs(list), theirs(value));
	assert(result == 0);
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
	int result = json_dump_callback(theirs(j), put, out, JSON_COMPACT);
	assert(result == 0);
}

/* Is it nested `left` deep at most?  The parser's own bound, 2048, is more
 * than those who walk through it want. */
static bool
is_shallow(json_t *value, int left)
{
	bool shallow = true;
	if (!json_is_object(value) && !json_is_array(value))
		return true;
	if (left == 0)
		return false;
	for (size_t i = 0; shallow && i < json_array_size(value); i++)
		shallow = is_shallow(json_array_get(value, i), left - 1);
	for (void *at = json_object_iter(value); shallow && at != NULL;
	     at = json_object_iter_next(value, at))
		shallow = is_shallow(json_object_iter_value(at), left - 1);
	return shallow;
}

struct json *
json_parse(struct str text)
{
	json_error_t error;
	set_up();
	json_t *value = json_loadb(text.len > 0 ? text.data : "", text.len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (value == NULL)
		return NULL;
	if (json_is_object(value) && is_shallow(value, JSON_DEPTH))
		return ours(value);
	json_decref(value);
	return NULL;
}

const struct json *
json_get(const struct json *j, const char *key)
{
	/* Asked of what is no object, it is NULL. */
	return ours(json_object_get(theirs(j), key));
}

static struct str
text_in(const json_t *value)
{
	return (
	    struct str){ json_string_value(value), json_string_length(value) };
}

bool
json_get_text(const struct json *j, const char *key, struct str *out)
{
	const json_t *value = theirs(json_get(j, key));
	if (!json_is_string(value))
		return false;
	*out = text_in(value);
	return true;
}

bool
json_get_integer(const struct json *j, const char *key, int64_t *out)
{
	const json_t *value = theirs(json_get(j, key));
	if (!json_is_integer(value))
		return false;
	*out = json_integer_value(value);
	return true;
}

bool
json_get_true(const struct json *j, const char *key)
{
	return json_is_true(theirs(json_get(j, key)));
}

struct str
json_text(const struct json *j, const char *key)
{
	struct str text = STR("");
	json_get_text(j, key, &text);
	return text;
}

int64_t
json_number(const struct json *j, const char *key)
{
	int64_t number = 0;
	json_get_integer(j, key, &number);
	return number;
}

size_t
json_count(const struct json *list)
{
	return json_array_size(theirs(list));
}

const struct json *
json_at(const struct json *list, size_t index)
{
	return ours(json_array_get(theirs(list), index));
}

struct str
json_text_at(const struct json *list, size_t index)
{
	return text_in(theirs(json_at(list, index)));
}

void
json_free(struct json *j)
{
	json_decref(theirs(j));
}
