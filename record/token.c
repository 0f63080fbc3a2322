#include "record/token.h"

/* More kinds of bytes than token.h names: B, S, Q and E end a word. */
#define U TOKEN_UPPER
#define L TOKEN_LOWER
#define D TOKEN_DIGIT
#define O TOKEN_OTHER
#define B 16u /* blank */
#define S 32u /* separator */
#define Q 64u /* quote */
#define E 128u /* escape */
#define ENDS_WORD (B | S | Q | E)

static const unsigned char kinds[128] = {
	O, O, O, O, O, O, O, O, O, B, O, O, O, B, O, O, /* \t, \r */
	O, O, O, O, O, O, O, O, O, O, O, E, O, O, O, O, /* ESC */
	B, O, Q, O, O, O, O, L, S, S, O, O, S, O, O, O, /*  !"#$%&'()*+,-./ */
	D, D, D, D, D, D, D, D, D, D, O, S, S, O, S, O, /* 0123456789:;<=>? */
	O, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* @A-O */
	U, U, U, U, U, U, U, U, U, U, U, S, O, S, O, O, /* P-Z[\]^_ */
	O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* `a-o */
	L, L, L, L, L, L, L, L, L, L, L, O, S, O, O, O, /* p-z{|}~ */
};

static unsigned
kind(char c)
{
	return (unsigned char)c < 128 ? kinds[(unsigned char)c] : L;
}

/* Just past the "\x1b[1;31m" at `at`. */
static size_t
skip_colour(struct str s, size_t at)
{
	at++;
	if (at == s.len || s.data[at] != '[')
		return at;
	at++;
	while (at < s.len && (kind(s.data[at]) == D || s.data[at] == ';'))
		at++;
	return at < s.len ? at + 1 : at;
}

size_t
token_skip_colours(struct str s, size_t at)
{
	while (at < s.len && kind(s.data[at]) == E)
		at = skip_colour(s, at);
	return at;
}

/* What stands from `at` on, up to the next word: see struct token. */
static char
look_after(struct str s, size_t at, bool *column)
{
	size_t blanks = 0;
	*column = false;
	while (at < s.len) {
		unsigned k = kind(s.data[at]);
		if (k == E) {
			at = skip_colour(s, at);
			continue;
		}
		if (k != B)
			return k & (S | Q) ? s.data[at] : ' ';
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
		unsigned k = at < s.len ? kind(s.data[at]) : Q;
		if (k == S)
			before = s.data[at];
		if (k == E)
			at = skip_colour(s, at);
		else if (k & (B | S))
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
	if (at < s.len && kind(s.data[at]) == E) {
		/* The colon of "\x1b[32minfo\x1b[39m: text". */
		size_t past = token_skip_colours(s, at);
		if (past < s.len && s.data[past] == ':')
			at = past + 1;
	}
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
