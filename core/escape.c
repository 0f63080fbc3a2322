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

/* The value of two digits as put_byte writes them, or -1. */
static int
read_byte(struct str s)
{
	int value = 0;
	if (s.len < 4 || s.data[0] != '\\' || s.data[1] != 'x')
		return -1;
	for (size_t i = 2; i < 4; i++) {
		char c = s.data[i];
		if (str_is_digit(c))
			value = 16 * value + c - '0';
		else if (c >= 'A' && c <= 'F')
			value = 16 * value + c - 'A' + 10;
		else
			return -1;
	}
	return value;
}

int
escape_undo(struct buffer *out, struct str text)
{
	size_t before = out->len;
	while (text.len > 0) {
		int byte =
		    text.data[0] == '\\' ? read_byte(text) : text.data[0];
		if (text.data[0] == '\\' && byte == -1) {
			out->len = before;
			return -1;
		}
		text = str_after(text, text.data[0] == '\\' ? 4 : 1);
		buffer_append_byte(out, (char)byte);
	}
	return 0;
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
