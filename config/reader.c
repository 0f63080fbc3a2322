/*
 * inih asks a function of ours for its lines.  It gets short ones that it
 * cannot misread: a checked section header, or a stand-in for a pair, whose
 * real key and value wait in `struct reader` until inih calls the handler.
 * A stand-in without a key follows each header, for inih tells nobody of a
 * section that has no pairs.
 */
#include "config/reader.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <string.h>

/* inih keeps 49 bytes of a section's name and cuts the rest in silence. */
#define SECTION_MAX 49
#define LINE_MAX_BYTES (1 << 20)

struct reader {
	FILE *in;
	struct diagnostics *d;
	reader_event *event;
	void *owner;
	int line;
	struct buffer text; /* of the line; key and value point into it */
	struct str key, value;
	bool announce; /* a header was handed out: its stand-in is next */
};

enum line_state {
	LINE_END,
	LINE_BAD, /* said so */
	LINE_READ,
};

/* The next line without its LF, in r->text. */
static enum line_state
read_line(struct reader *r)
{
	int c;
	bool empty = true, has_nul = false;
	size_t length = 0;
	r->text.len = 0;
	while ((c = getc_unlocked(r->in)) != EOF) {
		empty = false;
		if (c == '\n')
			break;
		has_nul = has_nul || c == '\0';
		if (++length <= LINE_MAX_BYTES)
			buffer_append_byte(&r->text, (char)c);
	}
	if (empty) {
		if (ferror(r->in))
			diagnostic_add(
			    r->d, 0, "cannot be read: %s", strerror(errno));
		return LINE_END;
	}
	r->line++;
	if (length > LINE_MAX_BYTES) {
		diagnostic_add(r->d, r->line, "the line is longer than 1 MiB");
		return LINE_BAD;
	}
	if (has_nul) {
		diagnostic_add(r->d, r->line,
		    "the line holds a NUL byte; is this a text file?");
		return LINE_BAD;
	}
	return LINE_READ;
}

static bool
is_section_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    str_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* The words of a header, one blank between them; -1 if inih might err. */
static int
clean_section(struct str text, char *out)
{
	size_t len = 0;
	struct str word;
	while (str_next_word(&text, " \t", &word)) {
		if (len + 1 + word.len > SECTION_MAX)
			return -1;
		if (len > 0)
			out[len++] = ' ';
		for (size_t i = 0; i < word.len; i++) {
			if (!is_section_byte(word.data[i]))
				return -1;
			out[len++] = word.data[i];
		}
	}
	out[len] = '\0';
	return len > 0 ? 0 : -1;
}

static void
hand_out_section(struct reader *r, struct str line, char *out, int size)
{
	char section[SECTION_MAX + 1];
	bool closed = line.data[line.len - 1] == ']';
	struct str inner = { line.data + 1, line.len - (closed ? 2 : 1) };
	if (!closed || clean_section(inner, section) == -1) {
		struct buffer words = { 0 };
		diagnostic_quote(&words, line);
		diagnostic_add(r->d, r->line,
		    STR_FMT " is not a section; write [broker] or "
			    "[input NAME], the name of up to 40 letters, "
			    "digits, - _ and . only",
		    STR_ARG(buffer_str(&words)));
		buffer_clear(&words);
		strcpy(section, READER_BAD_SECTION);
	}
	int n = snprintf(out, (size_t)size, "[%s]\n", section);
	assert(n > 0 && n < size);
	r->announce = true;
}

/* False if it is none: said so. */
static bool
take_pair(struct reader *r, struct str line)
{
	const char *equals = memchr(line.data, '=', line.len);
	size_t n = equals != NULL ? (size_t)(equals - line.data) : 0;
	r->key = str_trim((struct str){ line.data, n });
	if (equals == NULL || r->key.len == 0) {
		struct buffer words = { 0 };
		diagnostic_quote(&words, line);
		diagnostic_add(r->d, r->line,
		    STR_FMT " is neither a [section] nor key = value",
		    STR_ARG(buffer_str(&words)));
		buffer_clear(&words);
		return false;
	}
	r->value = str_trim(str_after(line, n + 1));
	return true;
}

static struct str
trimmed_line(const struct reader *r)
{
	static const struct str bom = STR("\xef\xbb\xbf");
	struct str s = buffer_str(&r->text);
	if (r->line == 1 && str_starts(s, bom))
		s = str_after(s, bom.len);
	return str_trim(s);
}

/* What inih calls for its next line. */
static char *
next_line(char *out, int size, void *stream)
{
	struct reader *r = stream;
	assert(size > SECTION_MAX + (int)sizeof("[]\n"));
	r->key = r->value = (struct str){ 0 };
	if (r->announce) {
		r->announce = false;
		return memcpy(out, "=\n", sizeof("=\n"));
	}
	for (;;) {
		enum line_state state = read_line(r);
		if (state == LINE_END)
			return NULL;
		struct str line = trimmed_line(r);
		if (state == LINE_BAD || line.len == 0 || line.data[0] == '#' ||
		    line.data[0] == ';')
			continue;
		if (line.data[0] == '[') {
			hand_out_section(r, line, out, size);
			return out;
		}
		if (take_pair(r, line))
			return memcpy(
			    out, "key=value\n", sizeof("key=value\n"));
	}
}

/* `name` and `value` are the stand-ins; only `section` is real. */
static int
handle(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	(void)value;
	/* Some builds of inih tell of headers too: ours does so already. */
	if (name != NULL)
		r->event(
		    r->owner, r->line, str_from(section), r->key, r->value);
	return 1;
}

void
reader_run(FILE *in, struct diagnostics *d, reader_event *event, void *owner)
{
	struct reader r = { .in = in, .d = d, .event = event, .owner = owner };
	int rc = ini_parse_stream(next_line, &r, handle, &r);
	assert(rc == 0); /* it saw no line that it could misread */
	buffer_clear(&r.text);
}
