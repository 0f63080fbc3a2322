#include "agent/lines.h"

#include <string.h>

#include "record/record.h"

static size_t
unit_of(const struct cutter *c)
{
	return c->encoding == ENCODING_UTF8 ? 1 : 2;
}

/* The line ends here: the next one begins with a clean slate. */
static void
end_line(struct cutter *c, struct cut *cut)
{
	cut->part = c->part > 0 ? c->part + 1 : 0;
	c->part = 0;
}

/* NULs in front, whole code units of them. */
static size_t
leading_nuls(const struct cutter *c, struct str s)
{
	size_t n = 0;
	while (n < s.len && s.data[n] == '\0')
		n++;
	return n - n % unit_of(c);
}

bool
ends_in_hole(struct str text)
{
	static const char nuls[HOLE_MIN];
	return text.len >= HOLE_MIN &&
	    memcmp(text.data + text.len - HOLE_MIN, nuls, HOLE_MIN) == 0;
}

void
cutter_look_through(struct cutter *c, struct str text)
{
	const char *nul =
	    text.len > 0 ? memchr(text.data, '\0', text.len) : NULL;
	c->plain = text;
	if (nul != NULL)
		c->plain.len = (size_t)(nul - text.data);
}

static bool
is_plain(const struct cutter *c, struct str s)
{
	/* Empty, it may point nowhere: C has no NULL + 0. */
	return c->plain.len > 0 && s.data >= c->plain.data &&
	    s.data + s.len <= c->plain.data + c->plain.len;
}

/* The place of the first hole in `s`; s.len: there is none. */
static size_t
find_hole(const struct cutter *c, struct str s)
{
	size_t at = 0, unit = unit_of(c);
	const char *nul;
	if (is_plain(c, s))
		return s.len;
	while (at < s.len &&
	    (nul = memchr(s.data + at, '\0', s.len - at)) != NULL) {
		at = (size_t)(nul - s.data);
		at += at % unit;
		if (at >= s.len)
			break;
		size_t n = leading_nuls(c, str_after(s, at));
		if (n >= HOLE_MIN)
			return at;
		at += n > 0 ? n : unit;
	}
	return s.len;
}

/* The first LF; NULL: there is none. */
static const char *
find_lf(const struct cutter *c, struct str s)
{
	if (c->encoding == ENCODING_UTF8)
		return s.len > 0 ? memchr(s.data, '\n', s.len) : NULL;
	size_t low = c->encoding == ENCODING_UTF16BE; /* its place in a unit */
	for (size_t at = 0; at + 1 < s.len;) {
		const char *found = memchr(s.data + at, '\n', s.len - at);
		if (found == NULL)
			break;
		size_t i = (size_t)(found - s.data);
		if (i % 2 == low && (i ^ 1) < s.len && s.data[i ^ 1] == '\0')
			return s.data + i - low;
		at = i + 1;
	}
	return NULL;
}

size_t
cutter_longest(const struct cutter *c)
{
	return c->max_line - c->max_line % unit_of(c);
}

size_t
cutter_last_start(const struct cutter *c, struct str s)
{
	const char *lf;
	size_t start = 0;
	if (c->encoding == ENCODING_UTF8) {
		lf = s.len > 0 ? memrchr(s.data, '\n', s.len) : NULL;
		return lf != NULL ? (size_t)(lf - s.data) + 1 : 0;
	}
	while ((lf = find_lf(c, str_after(s, start))) != NULL)
		start = (size_t)(lf - s.data) + 2;
	return start;
}

/* Pass over a hole in front; true: it ended a line that had parts. */
static bool
skip_hole(struct cutter *c, struct str *rest, struct cut *cut)
{
	size_t n = 0;
	if (rest->len > 0 && rest->data[0] == '\0')
		n = leading_nuls(c, *rest);
	if (n < HOLE_MIN && !c->in_hole)
		n = 0;
	bool ends_line = n > 0 && c->part > 0;
	if (ends_line)
		n = HOLE_MIN; /* wherever the hole may end */
	c->hole += n;
	c->in_hole = ends_line || ((c->in_hole || n > 0) && n == rest->len);
	*cut = (struct cut){ .text = { rest->data, 0 }, .taken = n };
	*rest = str_after(*rest, n);
	if (!ends_line)
		return false;
	cut->flags = RECORD_PARTIAL;
	end_line(c, cut);
	return true;
}

bool
cutter_next(struct cutter *c, struct str *rest, struct cut *cut)
{
	if (skip_hole(c, rest, cut))
		return true;
	bool too_long = rest->len > c->max_line;
	struct str head = { rest->data,
		too_long ? cutter_longest(c) : rest->len };
	/* An LF may stand right behind the longest line. */
	struct str within = { rest->data, head.len };
	if (too_long)
		within.len += unit_of(c);
	const char *lf = find_lf(c, within);
	if (lf != NULL)
		head.len = (size_t)(lf - rest->data);
	size_t hole = find_hole(c, head), taken;
	cut->text = head;
	cut->flags = 0;
	if (hole < head.len) {
		cut->text.len = taken = hole;
		cut->flags = RECORD_PARTIAL;
		end_line(c, cut);
	} else if (lf != NULL) {
		taken = head.len + unit_of(c);
		end_line(c, cut);
	} else if (too_long) {
		cut->text.len = taken = cutter_longest(c);
		cut->flags = RECORD_MORE;
		cut->part = ++c->part;
	} else
		return false;
	cut->taken += taken;
	*rest = str_after(*rest, taken);
	return true;
}

bool
cutter_last(struct cutter *c, struct str *rest, struct cut *cut)
{
	if (rest->len == 0)
		return false;
	*cut = (struct cut){
		.text = *rest, .taken = rest->len, .flags = RECORD_PARTIAL
	};
	end_line(c, cut);
	*rest = str_after(*rest, rest->len);
	return true;
}
