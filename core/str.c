#include "core/str.h"

#include <string.h>
#include <strings.h>

#include "core/xalloc.h"

extern inline bool str_is_digit(char c);

struct str
str_from(const char *cstr)
{
	return (struct str){ cstr, cstr ? strlen(cstr) : 0 };
}

bool
str_equal(struct str a, struct str b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool
str_equal_nocase(struct str a, struct str b)
{
	return a.len == b.len &&
	    (a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

struct str
str_after(struct str s, size_t n)
{
	if (n > 0) /* C has no NULL + 0 */
		s.data += n;
	s.len -= n;
	return s;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && is_blank(s.data[0]))
		s = str_after(s, 1);
	while (s.len > 0 && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	    str_equal((struct str){ s.data, prefix.len }, prefix);
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

bool
str_take_byte(struct str *rest, char c)
{
	if (rest->len == 0 || rest->data[0] != c)
		return false;
	*rest = str_after(*rest, 1);
	return true;
}

bool
str_take_number(struct str *rest, uint64_t *number)
{
	struct str s = *rest;
	uint64_t n = 0;
	for (; s.len > 0 && str_is_digit(s.data[0]); s = str_after(s, 1)) {
		uint64_t digit = (uint64_t)(s.data[0] - '0');
		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (s.len == rest->len)
		return false;
	*rest = s;
	*number = n;
	return true;
}

bool
str_next_word(struct str *rest, const char *separators, struct str *word)
{
	while (rest->len > 0 && is_one_of(rest->data[0], separators))
		*rest = str_after(*rest, 1);
	size_t n = 0;
	while (n < rest->len && !is_one_of(rest->data[n], separators))
		n++;
	*word = (struct str){ rest->data, n };
	*rest = str_after(*rest, n);
	return n > 0;
}

char *
str_copy(struct str s)
{
	char *copy = xmalloc(s.len + 1);
	if (s.len > 0)
		memcpy(copy, s.data, s.len);
	copy[s.len] = '\0';
	return copy;
}
