#include "core/utf8.h"

static size_t
length_of(unsigned char first)
{
	return first < 0x80 ? 1
	    : first < 0xc2  ? 0
	    : first < 0xe0  ? 2
	    : first < 0xf0  ? 3
	    : first < 0xf5  ? 4
			    : 0;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t
utf8_take(struct str s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)s.data[0];
	size_t len = length_of(first);
	if (len == 0 || len > s.len)
		return 0;
	*code = len == 1 ? first : first & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(s.data[i]))
			return 0;
		*code = *code << 6 | ((unsigned char)s.data[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

size_t
utf8_cut(struct str s, size_t max)
{
	if (s.len <= max)
		return s.len;
	/* A character has at most three bytes behind its first. */
	size_t len = max;
	while (len > 0 && max - len < 4 && is_continuation(s.data[len]))
		len--;
	return max - len < 4 ? len : max;
}
