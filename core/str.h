/*
 * A view of bytes: text that somebody else owns.  Bytes are bytes; there is
 * no terminator and NUL is a byte like any other.
 */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *data;
	size_t len;
};

/* A view of a string literal, usable in static initialisers. */
#define STR(literal)                                           \
	{                                                      \
		.data = "" literal, .len = sizeof(literal) - 1 \
	}

/* For printf: printf(STR_FMT, STR_ARG(s)). */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).data

/* A view of a C string; of NULL, the empty view. */
struct str str_from(const char *cstr);

bool str_equal(struct str a, struct str b);

/* As str_equal, but ASCII letters match in either case. */
bool str_equal_nocase(struct str a, struct str b);

/* The view without its first `n` bytes; `n` must be at most s.len. */
struct str str_after(struct str s, size_t n);

/* The view without ASCII blanks (space, tab, CR, LF) at either end. */
struct str str_trim(struct str s);

bool str_starts(struct str s, struct str prefix);

/* An ASCII digit, whatever the locale. */
inline bool
str_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Take `c` off the front of `rest`; false if it does not stand there. */
bool str_take_byte(struct str *rest, char c);

/*
 * Take all digits off the front of `rest`, a decimal number.  False, and
 * nothing is taken: there are none, or the number does not fit.
 */
bool str_take_number(struct str *rest, uint64_t *number);

/*
 * Cut the next word off the front of `rest`: words are separated by runs of
 * bytes from `separators`.  Returns false when none is left.
 */
bool str_next_word(struct str *rest, const char *separators, struct str *word);

/* A NUL-terminated copy; the caller frees it. */
char *str_copy(struct str s);

#endif
