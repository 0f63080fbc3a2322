#include "record/syslog_tag.h"

/* No program has a longer name; a word that long is text. */
#define TAG_MAX ((size_t)256)

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
ends_at(struct str text, size_t i)
{
	return i >= text.len || is_blank(text.data[i]);
}

static void
skip(struct str *text, size_t n)
{
	while (n < text->len && is_blank(text->data[n]))
		n++;
	*text = str_after(*text, n);
}

/* %SYS-5-CONFIG_I: */
static bool
take_cisco(struct str *text, struct record *r)
{
	size_t n = 1, facility = 0;
	struct str s = *text;
	if (s.len == 0 || s.data[0] != '%')
		return false;
	for (; n < s.len && s.data[n] != ':'; n++) {
		if (s.data[n] <= ' ' || n > TAG_MAX)
			return false;
		if (facility == 0 && n > 1 && n + 2 < s.len &&
		    s.data[n] == '-' && s.data[n + 1] >= '0' &&
		    s.data[n + 1] <= '7' && s.data[n + 2] == '-')
			facility = n;
	}
	if (n == s.len || facility == 0 || n < facility + 4)
		return false;
	r->program = (struct str){ s.data + 1, facility - 1 };
	r->msgid = (struct str){ s.data + 1, n - 1 };
	skip(text, n + 1);
	return true;
}

/* Controls, quotes and the like are in no program's name; UTF-8 may be. */
static bool
is_name_byte(char c)
{
	switch (c) {
	case '[':
	case ']':
	case '{':
	case '}':
	case '=':
	case '"':
	case ',':
	case ';':
	case 0x7f:
		return false;
	default:
		return (unsigned char)c > ' ';
	}
}

/* The length of the word that may be a program. */
static size_t
word_length(struct str s)
{
	size_t n = 0;
	while (n < s.len && is_name_byte(s.data[n])) {
		/* Perl's App::Name goes on. */
		if (s.data[n] == ':' &&
		    (n + 1 >= s.len || s.data[n + 1] != ':'))
			break;
		n += s.data[n] == ':' ? 2 : 1;
	}
	return n;
}

static bool
has_letter(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		unsigned char c = (unsigned char)(word.data[i] | 0x20);
		if ((c >= 'a' && c <= 'z') || c >= 0x80)
			return true;
	}
	return false;
}

/* app[12]: or app[12] */
static bool
take_with_pid(struct str *text, size_t word, struct record *r)
{
	struct str s = *text;
	if (word == 0 || word > TAG_MAX || word >= s.len || s.data[word] != '[')
		return false;
	size_t end = word + 1;
	while (end < s.len && s.data[end] > ' ' && s.data[end] != ']' &&
	    s.data[end] != '[')
		end++;
	if (end >= s.len || s.data[end] != ']')
		return false;
	size_t behind = end + 1;
	if (behind < s.len && s.data[behind] == ':')
		behind++;
	else if (!ends_at(s, behind))
		return false;
	r->program = (struct str){ s.data, word };
	r->pid = (struct str){ s.data + word + 1, end - word - 1 };
	skip(text, behind);
	return true;
}

/* "app: "; or, if it may be close, "app:text" that can be no path. */
static bool
take_bare(struct str *text, size_t word, bool close, struct record *r)
{
	struct str s = *text, name = { s.data, word };
	if (word == 0 || word > TAG_MAX || word >= s.len ||
	    s.data[word] != ':' || !has_letter(name))
		return false;
	if (!ends_at(s, word + 1) &&
	    (!close || s.data[word + 1] == '/' || s.data[word + 1] == '\\'))
		return false;
	r->program = name;
	skip(text, word + 1);
	return true;
}

static bool
take(struct str *text, bool close, struct record *r)
{
	size_t word = word_length(*text);
	return take_cisco(text, r) || take_with_pid(text, word, r) ||
	    take_bare(text, word, close, r);
}

bool
syslog_tag_take(struct str *text, struct record *r)
{
	return take(text, false, r);
}

bool
syslog_tag_take_close(struct str *text, struct record *r)
{
	return take(text, true, r);
}

bool
syslog_tag_take_sure(struct str *text, struct record *r)
{
	struct str rest = *text;
	struct record found = *r;
	if (take_cisco(text, r))
		return true;
	if (!take_with_pid(&rest, word_length(rest), &found))
		return false;
	/* "array[3] is" is text. */
	const char *behind = found.pid.data + found.pid.len + 1;
	if (behind >= text->data + text->len || *behind != ':')
		return false;
	*text = rest;
	*r = found;
	return true;
}
