#include "record/token.h"

#define BLANK 16u
#define SEPARATOR 32u
#define QUOTE 64u
#define ESCAPE 128u
#define ENDS_WORD (BLANK | SEPARATOR | QUOTE | ESCAPE)

static unsigned
kind(char c)
{
	if (c >= 'a' && c <= 'z')
		return TOKEN_LOWER;
	if (c >= 'A' && c <= 'Z')
		return TOKEN_UPPER;
	if (c >= '0' && c <= '9')
		return TOKEN_DIGIT;
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
		return BLANK;
	case '[':
	case ']':
	case '(':
	case ')':
	case '<':
	case '>':
	case '|':
	case ',':
	case ';':
		return SEPARATOR;
	case '"':
		return QUOTE;
	case '\x1b':
		return ESCAPE;
	case '\'':
		return TOKEN_LOWER;
	default:
		return (unsigned char)c < 128 ? TOKEN_OTHER : TOKEN_LOWER;
	}
}

/* Just past the "\x1b[1;31m" at `at`. */
static size_t
skip_colour(struct str s, size_t at)
{
	at++;
	if (at == s.len || s.data[at] != '[')
		return at;
	at++;
	while (at < s.len &&
	    (kind(s.data[at]) == TOKEN_DIGIT || s.data[at] == ';'))
		at++;
	return at < s.len ? at + 1 : at;
}

/* What stands from `at` on, up to the next word: see struct token. */
static char
look_after(struct str s, size_t at, bool *column)
{
	size_t blanks = 0;
	*column = false;
	while (at < s.len) {
		unsigned k = kind(s.data[at]);
		if (k == ESCAPE) {
			at = skip_colour(s, at);
			continue;
		}
		if (k != BLANK)
			return k & (SEPARATOR | QUOTE) ? s.data[at] : ' ';
		*column = ++blanks >= 2 || s.data[at] == '\t' || *column;
		at++;
	}
	return '\0';
}

bool
token_next(struct str line, struct str *rest, struct token *out)
{
	struct str s = *rest;
	size_t at = 0;
	char before = s.data == line.data ? '\0' : ' ';
	for (;;) {
		unsigned k = at < s.len ? kind(s.data[at]) : QUOTE;
		if (k == SEPARATOR)
			before = s.data[at];
		if (k == ESCAPE)
			at = skip_colour(s, at);
		else if (k & (BLANK | SEPARATOR))
			at++;
		else
			break;
	}
	*rest = s = str_after(s, at);
	if (s.len == 0 || s.data[0] == '"')
		return false;
	for (at = 0; at < s.len && !(kind(s.data[at]) & ENDS_WORD);)
		at++;
	size_t len = at;
	while (len > 1 && s.data[len - 1] == ':')
		len--;
	out->text = (struct str){ s.data, len };
	out->colon = len < at;
	out->bytes = 0;
	for (size_t i = 0; i < len; i++)
		out->bytes |= kind(s.data[i]);
	out->before = before;
	out->next = at < s.len ? s.data[at] : '\0';
	out->after = look_after(s, at, &out->column);
	*rest = str_after(s, at);
	return true;
}
