#include "core/escape.h"

#include <string.h>

#include "core/utf8.h"

static bool
is_plain(uint32_t code)
{
	return code >= 0x20 && (code < 0x7f || code >= 0xa0);
}

/* How many bytes at the front of `s` stand for themselves; 0: none. */
static size_t
plain_length(struct str s)
{
	uint32_t code;
	size_t len = utf8_take(s, &code);
	return len > 0 && is_plain(code) ? len : 0;
}

static void
put_byte(char out[4], char c)
{
	static const char digits[] = "0123456789ABCDEF";
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[(unsigned char)c >> 4];
	out[3] = digits[(unsigned char)c & 15];
}

void
escape_name(struct buffer *out, struct str name)
{
	while (name.len > 0) {
		size_t len = name.data[0] == '\\' ? 0 : plain_length(name);
		if (len > 0)
			buffer_append(out, name.data, len);
		else {
			put_byte(buffer_room(out, 4), name.data[0]);
			out->len += 4;
			len = 1;
		}
		name = str_after(name, len);
	}
}

size_t
escape_text(char *out, size_t room, struct str text)
{
	size_t put = 0;
	while (text.len > 0) {
		size_t len = plain_length(text);
		size_t want = len > 0 ? len : 4;
		if (want > room - put)
			break;
		if (len > 0)
			memcpy(out + put, text.data, len);
		else {
			put_byte(out + put, text.data[0]);
			len = 1;
		}
		put += want;
		text = str_after(text, len);
	}
	return put;
}
