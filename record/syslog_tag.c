#include "record/syslog_tag.h"

/* No program has a longer name; a word that long is text. */
#define TAG_MAX ((size_t)256)

/* "Plex Media Server"; more are a sentence. */
#define WORDS_MAX 3

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

static bool
is_upper(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '-';
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

/* %%10SHELL/6/SHELL_CMD(l): of Comware and Huawei's VRP; behind "%%" stands
 * the version of the form. */
static bool
take_comware(struct str *text, struct record *r)
{
	struct str s = *text;
	size_t n = 4, module, end;
	if (s.len < 8 || s.data[0] != '%' || s.data[1] != '%')
		return false;
	while (n < s.len && n < TAG_MAX && is_upper(s.data[n]))
		n++;
	module = n;
	if (n + 2 >= s.len || s.data[n] != '/' || s.data[n + 1] < '0' ||
	    s.data[n + 1] > '7' || s.data[n + 2] != '/')
		return false;
	for (n += 3; n < s.len && n < TAG_MAX && is_upper(s.data[n]); n++)
		;
	end = n;
	while (n < s.len && s.data[n] > ' ' && s.data[n] != ':')
		n++;
	if (n >= s.len || s.data[n] != ':')
		return false;
	r->program = (struct str){ s.data + 4, module - 4 };
	r->msgid = (struct str){ s.data + 4, end - 4 };
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

/* How many bytes are words of a name, with one blank between two; the number
 * of words goes to `count`. */
static size_t
words_length(struct str s, int *count)
{
	size_t n = 0, word;
	for (*count = 0; n < s.len && *count <= WORDS_MAX; n += word) {
		struct str rest = str_after(s, n);
		bool more = *count > 0 && str_take_byte(&rest, ' ');
		word = word_length(rest);
		if (word == 0)
			break;
		++*count;
		word += more;
	}
	return n;
}

/* "[12]:", "[worker 1]:" and "[12][34]:", whose first is the pid; the length,
 * or 0. */
static size_t
brackets_length(struct str s, struct str *pid)
{
	size_t n = 0;
	pid->len = 0;
	while (n < s.len && s.data[n] == '[') {
		size_t begin = ++n;
		while (n < s.len && n < TAG_MAX && s.data[n] >= ' ' &&
		    s.data[n] != ']' && s.data[n] != '[')
			n++;
		if (n >= s.len || s.data[n] != ']')
			return 0;
		if (pid->len == 0)
			*pid = (struct str){ s.data + begin, n - begin };
		n++;
	}
	return n > 0 && n < s.len && s.data[n] == ':' ? n + 1 : 0;
}

/* A tag of several words, or with blanks where none are usual. */
static bool
take_loose(struct str *text, bool bare, struct record *r)
{
	int count;
	struct str name = { text->data, words_length(*text, &count) }, pid;
	struct str rest = str_after(*text, name.len);
	bool blank = str_take_byte(&rest, ' ');
	size_t n = brackets_length(rest, &pid);
	if (count > WORDS_MAX || name.len > TAG_MAX || !has_letter(name) ||
	    (count > 1 && name.data[0] >= '0' && name.data[0] <= '9'))
		return false;
	if (n == 0 && (bare || (blank && count == 1)) && rest.len > 0 &&
	    rest.data[0] == ':' && ends_at(rest, 1))
		n = 1;
	if (n == 0)
		return false;
	r->program = name;
	r->pid = pid;
	*text = rest;
	skip(text, n);
	return true;
}

bool
syslog_tag_take(struct str *text, struct record *r)
{
	return take(text, false, r);
}

bool
syslog_tag_take_close(struct str *text, struct record *r)
{
	if (take_comware(text, r) || take(text, true, r)) {
		/* "app[12] : text" */
		struct str rest = *text;
		if (r->pid.len > 0 && str_take_byte(&rest, ':') &&
		    ends_at(rest, 0))
			skip(text, 1);
		return true;
	}
	return take_loose(text, false, r);
}

bool
syslog_tag_take_words(struct str *text, struct record *r)
{
	return take_loose(text, true, r);
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
