#include "cli/terminal.h"

#include "core/utf8.h"

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
terminal_append_text(struct buffer *out, struct str rest)
{
	while (rest.len > 0) {
		uint32_t code;
		size_t len = utf8_take(rest, &code);
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
}

void
terminal_append(struct buffer *out, const struct record *r)
{
	const char *colour = colours[r->severity];
	buffer_append_str(out, str_from(colour));
	terminal_append_text(out, r->body);
	if (colour[0] != '\0')
		buffer_append_str(out, (struct str)STR(PLAIN));
	buffer_append_byte(out, '\n');
}

void
terminal_print(struct str text, FILE *out)
{
	struct buffer b = { 0 };
	terminal_append_text(&b, text);
	if (b.len > 0)
		fwrite(b.data, 1, b.len, out);
	buffer_clear(&b);
}
