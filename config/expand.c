#include "config/expand.h"

#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n"; /* what str_trim takes off */

static bool
is_name_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '_';
}

static bool
starts_reference(struct str s)
{
	if (str_starts(s, (struct str)STR("${:-")))
		return true;
	return str_starts(s, (struct str)STR("${")) && s.len > 2 &&
	    is_name_byte(s.data[2]) && (s.data[2] < '0' || s.data[2] > '9');
}

/* Text that is to be itself, dollars and all. */
static void
put_plain(struct str text, bool is_template, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '$' && is_template)
			buffer_append_byte(out, '$');
		buffer_append_byte(out, text.data[i]);
	}
}

/*
 * Split "NAME}..." or "NAME:-default}..." and step behind it; false when it
 * is neither.
 */
static bool
split_reference(struct str *rest, struct str *name, struct str *fallback)
{
	struct str s = *rest;
	size_t n = 0;
	while (n < s.len && is_name_byte(s.data[n]))
		n++;
	*name = (struct str){ s.data, n };
	s = str_after(s, n);
	*fallback = (struct str){ 0 };
	if (str_starts(s, (struct str)STR(":-"))) {
		s = str_after(s, 2);
		fallback->data = s.data;
	}
	const char *close = s.len > 0 ? memchr(s.data, '}', s.len) : NULL;
	if (close == NULL || (fallback->data == NULL && close != s.data))
		return false;
	fallback->len = (size_t)(close - s.data);
	*rest = str_after(s, fallback->len + 1);
	return true;
}

static int
put_reference(struct str *rest, bool is_template, struct buffer *out,
    struct buffer *wrong)
{
	struct str name, fallback;
	*rest = str_after(*rest, 2);
	if (!split_reference(rest, &name, &fallback)) {
		buffer_printf(wrong,
		    "\"${" STR_FMT "\" goes on as neither ${NAME} nor "
		    "${NAME:-default}; write $${ for a plain ${",
		    STR_ARG(name));
		return -1;
	}
	char *key = str_copy(name);
	const char *value = name.len > 0 ? getenv(key) : NULL;
	free(key);
	bool use_fallback =
	    fallback.data != NULL && (value == NULL || value[0] == '\0');
	if (value == NULL && !use_fallback) {
		buffer_printf(wrong,
		    "${" STR_FMT "} is not set in the environment; set it or "
		    "write ${" STR_FMT ":-default}",
		    STR_ARG(name), STR_ARG(name));
		return -1;
	}
	if (!use_fallback && strchr(value, '\n') != NULL) {
		buffer_printf(wrong,
		    "${" STR_FMT "} holds more than one line in the "
		    "environment; a value is one line",
		    STR_ARG(name));
		return -1;
	}
	put_plain(use_fallback ? fallback : str_from(value), is_template, out);
	return 0;
}

int
expand_text(
    struct str raw, bool is_template, struct buffer *out, struct buffer *wrong)
{
	while (raw.len > 0) {
		if (starts_reference(raw)) {
			if (put_reference(&raw, is_template, out, wrong) == -1)
				return -1;
		} else if (str_starts(raw, (struct str)STR("${"))) {
			buffer_append(out, raw.data, 2);
			raw = str_after(raw, 2);
		} else {
			bool doubled = str_starts(raw, (struct str)STR("$$"));
			put_plain(
			    (struct str){ raw.data, 1 }, is_template, out);
			raw = str_after(raw, doubled ? 2 : 1);
		}
	}
	return 0;
}

static size_t
count_blanks(struct str s, bool at_end)
{
	size_t n = 0;
	while (n < s.len &&
	    memchr(blanks, s.data[at_end ? s.len - 1 - n : n],
		sizeof(blanks) - 1) != NULL)
		n++;
	return n;
}

static void
protect_blanks(const char *data, size_t len, struct buffer *out)
{
	if (len > 0)
		buffer_printf(out, "${:-%.*s}", (int)len, data);
}

void
expand_protect(struct str value, bool is_template, struct buffer *out)
{
	if (value.len == 0)
		return;
	size_t before = count_blanks(value, false);
	protect_blanks(value.data, before, out);
	value = str_after(value, before);
	size_t after = count_blanks(value, true);
	value.len -= after;

	for (size_t i = 0; i < value.len; i++) {
		/* What comes next decides how a dollar is read. */
		char next = after > 0 ? '$' : '\0';
		if (i + 1 < value.len)
			next = value.data[i + 1];
		if (value.data[i] == '$' && !is_template &&
		    (next == '$' || next == '{'))
			buffer_append_byte(out, '$');
		buffer_append_byte(out, value.data[i]);
	}
	protect_blanks(value.data + value.len, after, out);
}
