#include "record/scan.h"

#include <string.h>

bool
scan_starts(struct str s, const char *word)
{
	return str_starts(s, str_from(word));
}

bool
scan_ends(struct str s, const char *word)
{
	size_t len = strlen(word);
	return s.len >= len &&
	    (len == 0 || memcmp(s.data + s.len - len, word, len) == 0);
}

bool
scan_find(struct str s, const char *word, size_t *at)
{
	const char *found =
	    s.len > 0 ? memmem(s.data, s.len, word, strlen(word)) : NULL;
	if (found == NULL)
		return false;
	*at = (size_t)(found - s.data);
	return true;
}

bool
scan_has(struct str s, const char *word)
{
	size_t at;
	return scan_find(s, word, &at);
}

static bool
is_name(char c)
{
	return str_is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

bool
scan_has_word(struct str s, const char *word)
{
	size_t at;
	while (scan_find(s, word, &at)) {
		if (at == 0 || !is_name(s.data[at - 1]))
			return true;
		s = str_after(s, at + 1);
	}
	return false;
}

size_t
scan_blanks(struct str s)
{
	size_t n = 0;
	while (n < s.len && (s.data[n] == ' ' || s.data[n] == '\t'))
		n++;
	return n;
}

struct str
scan_unindented(struct str s)
{
	return str_after(s, scan_blanks(s));
}

size_t
scan_digits(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.len && str_is_digit(s.data[at + n]))
		n++;
	return n;
}

bool
scan_is_number(struct str s)
{
	return scan_digits(s, 0) == s.len;
}

size_t
scan_name(struct str s, size_t at, const char *more)
{
	size_t n = 0;
	while (at + n < s.len) {
		char c = s.data[at + n];
		if (!is_name(c) && (c == '\0' || strchr(more, c) == NULL))
			break;
		n++;
	}
	return n;
}

bool
scan_ends_with_number(struct str s)
{
	size_t n = s.len;
	while (n > 0 && str_is_digit(s.data[n - 1]))
		n--;
	return n < s.len && n > 0 && s.data[n - 1] == ':';
}

bool
scan_is_blank(struct str s)
{
	return scan_blanks(s) == s.len;
}

/* 2026-11-21, 2026/11/21, 20261121, 21/Nov/2026, 12:30:01. */
static bool
is_date(struct str s)
{
	size_t n = scan_digits(s, 0);
	if (n == 8 && s.len > 8)
		return s.data[8] == ' ' || s.data[8] == 'T' || s.data[8] == '-';
	if (n == 0 || n + 3 > s.len)
		return false;
	char separator = s.data[n];
	if (n == 4 || (n == 2 && separator != ':'))
		return (separator == '-' || separator == '/') &&
		    is_name(s.data[n + 1]);
	return n == 2 && separator == ':' && scan_digits(s, 3) == 2 &&
	    s.len > 5 && s.data[5] == ':';
}

/* Nov 21, Nov  1: the stamp of RFC 3164, section 4.1.2. */
static bool
is_month(struct str s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	if (s.len < 6 || s.data[3] != ' ')
		return false;
	for (size_t i = 0; i < sizeof(months) - 1; i += 3)
		if (memcmp(s.data, months + i, 3) == 0)
			return scan_digits(s, 4 + (s.data[4] == ' ')) > 0;
	return false;
}

static bool
opens_trace(struct str s)
{
	return scan_has(s, "Traceback (most recent call last):") ||
	    scan_starts(s, "panic: ") || scan_starts(s, "goroutine ") ||
	    scan_starts(s, "thread '") ||
	    scan_starts(s, "Exception in thread") ||
	    scan_starts(s, "PHP Fatal error: ") ||
	    scan_starts(s, "Unhandled exception");
}

bool
scan_begins_record(struct str s)
{
	if (s.len > 2 && s.data[0] == '<' && str_is_digit(s.data[1]))
		return true;
	if (scan_starts(s, "{\""))
		return true;
	struct str inner = scan_starts(s, "[") ? str_after(s, 1) : s;
	return is_date(inner) || is_month(inner) || opens_trace(s);
}
