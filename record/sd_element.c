#include "record/sd_element.h"

#include <stdint.h>

#include "core/utf8.h"

/* PRINTUSASCII except '=', ' ', ']' and '"'. */
static bool
is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];
		if (c <= ' ' || c > '~' || c == '=' || c == ']' || c == '"')
			return false;
	}
	return name.len > 0 && name.len <= SD_NAME_MAX;
}

static void
append_value(struct buffer *out, struct str value)
{
	uint32_t code;
	value.len = utf8_cut(value, SD_VALUE_MAX);
	while (value.len > 0) {
		size_t n = utf8_take(value, &code);
		if (*value.data == '"' || *value.data == '\\' ||
		    *value.data == ']')
			buffer_append_byte(out, '\\');
		if (n > 0)
			buffer_append(out, value.data, n);
		else
			buffer_append(out, "\xef\xbf\xbd", 3);
		value = str_after(value, n > 0 ? n : 1);
	}
}

bool
sd_element_add(
    struct buffer *out, const char *id, struct str name, struct str value)
{
	size_t before = out->len;
	if (!is_name(name))
		return false;
	if (before == 0)
		buffer_printf(out, "[%s", id);
	buffer_append_byte(out, ' ');
	buffer_append_str(out, name);
	buffer_append(out, "=\"", 2);
	append_value(out, value);
	buffer_append_byte(out, '"');
	if (out->len < SD_ELEMENT_MAX) /* and its bracket */
		return true;
	out->len = before;
	return false;
}

void
sd_element_end(struct buffer *out)
{
	if (out->len > 0)
		buffer_append_byte(out, ']');
}
