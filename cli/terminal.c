#include "cli/terminal.h"

#include <stdint.h>

static const char *const colours[] = {
	[SEVERITY_EMERG] = "\033[1;37;41m",
	[SEVERITY_ALERT] = "\033[1;31m",
	[SEVERITY_CRIT] = "\033[1;31m",
	[SEVERITY_ERR] = "\033[31m",
	[SEVERITY_WARNING] = "\033[33m",
	[SEVERITY_NOTICE] = "\033[1m",
	[SEVERITY_INFO] = "",
	[SEVERITY_DEBUG] = "\033[2m",
};
#define PLAIN "\033[0m"

/*
 * The length of the UTF-8 sequence at the front of `s` (RFC 3629, section 4;
 * no overlong forms, no surrogates) and its code point; 0 if it is none.
 */
static size_t
take_character(struct str s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.data;
	size_t len = p[0] < 0x80 ? 1
	    : p[0] >= 0xf0	 ? 4
	    : p[0] >= 0xe0	 ? 3
	    : p[0] >= 0xc0	 ? 2
				 : 0;
	if (len == 0 || len > s.len || p[0] > 0xf4)
		return 0;
	*code = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

static bool
is_harmless(uint32_t code)
{
	if (code == '\t')
		return true;
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	/* Bidirectional marks, embeddings, overrides and isolates; line and
	 * paragraph separators. */
	return code != 0x61c && (code < 0x200e || code > 0x200f) &&
	    (code < 0x2028 || code > 0x202e) &&
	    (code < 0x2066 || code > 0x2069) && code != 0xfeff;
}

void
terminal_append(struct buffer *out, const struct record *r)
{
	const char *colour = colours[r->severity];
	struct str rest = r->body;
	buffer_append_str(out, str_from(colour));
	while (rest.len > 0) {
		uint32_t code;
		size_t len = take_character(rest, &code);
		if (len > 0 && is_harmless(code)) {
			buffer_append(out, rest.data, len);
		} else {
			len = len > 0 ? len : 1;
			for (size_t i = 0; i < len; i++)
				buffer_printf(out, "\\x%02X",
				    (unsigned char)rest.data[i]);
		}
		rest = str_after(rest, len);
	}
	if (colour[0] != '\0')
		buffer_append_str(out, (struct str)STR(PLAIN));
	buffer_append_byte(out, '\n');
}
