#include "agent/framing.h"

#include <string.h>

#include "record/record.h"

/* Ten digits are seconds since 1970; and who counts so far that no max_line
 * reaches there does not count: a stream would be lost in it. */
#define COUNT_DIGITS 9
#define COUNT_MAX ((uint64_t)64 << 20)

/* So far a first frame without PRI is looked through for its end. */
#define LOOK_BEHIND ((size_t)64 << 10)

enum verdict {
	IS_LINE,
	IS_COUNTED,
	IS_UNKNOWN, /* more bytes decide */
};

struct header {
	size_t size; /* of "MSG-LEN SP" */
	uint64_t count;
};

/* NONZERO-DIGIT *DIGIT SP. */
static enum verdict
read_header(struct str s, struct header *h)
{
	*h = (struct header){ 0 };
	while (h->size < s.len && str_is_digit(s.data[h->size])) {
		h->count = 10 * h->count + (uint64_t)(s.data[h->size] - '0');
		if (h->count == 0 || ++h->size > COUNT_DIGITS)
			return IS_LINE;
	}
	if (h->size == s.len)
		return IS_UNKNOWN;
	if (h->size == 0 || s.data[h->size] != ' ' || h->count > COUNT_MAX)
		return IS_LINE;
	h->size++;
	return IS_COUNTED;
}

/* PRI of RFC 5424 section 6.2.1: "<", one to three digits, ">". */
static enum verdict
begins_with_pri(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (i == 0 && s.data[i] == '<')
			continue;
		if (i > 1 && s.data[i] == '>')
			return IS_COUNTED;
		if (i == 0 || i > 3 || !str_is_digit(s.data[i]))
			return IS_LINE;
	}
	return IS_UNKNOWN;
}

/* Is the first frame of a stream counted, although it has no PRI? */
static enum verdict
look_behind(const struct framing *f, struct str s, uint64_t count, bool last)
{
	if (count > f->max_frame || count > LOOK_BEHIND)
		return IS_LINE;
	size_t within = s.len < count ? s.len : (size_t)count;
	if (within > 0 && memchr(s.data, '\n', within) != NULL)
		return IS_LINE;
	if (s.len < count)
		return IS_UNKNOWN;
	struct header next;
	enum verdict v = read_header(str_after(s, (size_t)count), &next);
	return v == IS_UNKNOWN && last ? IS_COUNTED : v;
}

static enum verdict
judge(const struct framing *f, struct str s, bool last, struct header *h)
{
	enum verdict v = read_header(s, h);
	if (v != IS_COUNTED)
		return v;
	struct str text = str_after(s, h->size);
	if (f->seen == FRAMING_COUNTED)
		return IS_COUNTED;
	if (f->seen == FRAMING_LINE)
		return begins_with_pri(text);
	if (text.len == 0)
		return IS_UNKNOWN;
	return text.data[0] == '<' ? IS_COUNTED
				   : look_behind(f, text, h->count, last);
}

static struct str
without_trailer(struct str s)
{
	if (s.len > 0 && s.data[s.len - 1] == '\0')
		s.len--;
	else if (s.len > 0 && s.data[s.len - 1] == '\n')
		s.len -= s.len > 1 && s.data[s.len - 2] == '\r' ? 2 : 1;
	return s;
}

/* The frame ends here: the next one begins with a clean slate. */
static void
end_frame(struct framing *f, enum framing_seen seen, struct cut *cut)
{
	cut->part = f->part > 0 ? f->part + 1 : 0;
	f->part = 0;
	f->seen = seen;
	f->counting = false;
	f->left = 0;
	f->looked = 0;
}

static void
take(struct str *rest, size_t taken, struct cut *cut)
{
	*cut = (struct cut){ .text = { rest->data, taken }, .taken = taken };
	*rest = str_after(*rest, taken);
}

static void
take_part(struct framing *f, struct str *rest, size_t size, struct cut *cut)
{
	take(rest, size, cut);
	cut->flags = RECORD_MORE;
	cut->part = ++f->part;
	f->left -= f->counting ? size : 0;
	f->looked = 0;
}

/* Of a counted frame that is too long, two bytes stay for its last part:
 * they may be the trailer. */
static bool
next_counted(struct framing *f, struct str *rest, struct cut *cut)
{
	if (f->left > f->max_frame + 2) {
		if (rest->len < f->max_frame)
			return false;
		take_part(f, rest, f->max_frame, cut);
		return true;
	}
	if (rest->len < f->left)
		return false;
	struct str all =
	    without_trailer((struct str){ rest->data, (size_t)f->left });
	if (all.len > f->max_frame) {
		take_part(f, rest, f->max_frame, cut);
		return true;
	}
	take(rest, (size_t)f->left, cut);
	cut->text = all;
	end_frame(f, FRAMING_COUNTED, cut);
	return true;
}

static const char *
find_end(struct framing *f, struct str s)
{
	s = str_after(s, f->looked);
	f->looked += s.len;
	const char *lf = s.len > 0 ? memchr(s.data, '\n', s.len) : NULL;
	size_t before = lf != NULL ? (size_t)(lf - s.data) : s.len;
	const char *nul = before > 0 ? memchr(s.data, '\0', before) : NULL;
	return nul != NULL ? nul : lf;
}

static bool
next_line(struct framing *f, struct str *rest, struct cut *cut)
{
	/* The text, CR, LF. */
	size_t most = f->max_frame + 2;
	struct str here = { rest->data, rest->len < most ? rest->len : most };
	const char *end = find_end(f, here);
	size_t size = end != NULL ? (size_t)(end - rest->data) + 1 : 0;
	struct str text = without_trailer((struct str){ rest->data, size });
	if (end != NULL && text.len <= f->max_frame) {
		take(rest, size, cut);
		cut->text = text;
		end_frame(f, FRAMING_LINE, cut);
		return true;
	}
	if (end == NULL && rest->len < most)
		return false;
	take_part(f, rest, f->max_frame, cut);
	return true;
}

static void
skip_trailers(struct str *rest)
{
	size_t n = 0;
	while (n < rest->len &&
	    (rest->data[n] == '\n' || rest->data[n] == '\0' ||
		(rest->data[n] == '\r' && n + 1 < rest->len &&
		    rest->data[n + 1] == '\n')))
		n++;
	*rest = str_after(*rest, n);
}

/* What the frame at the front of `rest` is, in whose middle we may be. */
static enum verdict
recognise(struct framing *f, struct str *rest, bool last)
{
	struct header h;
	if (f->counting)
		return IS_COUNTED;
	if (f->part > 0)
		return IS_LINE;
	skip_trailers(rest);
	if (rest->len == 0)
		return IS_UNKNOWN;
	enum verdict v = judge(f, *rest, last, &h);
	if (v == IS_COUNTED) {
		f->counting = true;
		f->left = h.count;
		*rest = str_after(*rest, h.size);
	}
	return v;
}

/* A frame may be nothing but a trailer; as the end of parts it counts. */
static bool
is_empty(const struct cut *cut)
{
	return cut->text.len == 0 && cut->part == 0;
}

static bool
next(struct framing *f, struct str *rest, bool last, struct cut *cut)
{
	for (;;) {
		enum verdict v = recognise(f, rest, last);
		if (v == IS_UNKNOWN ||
		    !(v == IS_COUNTED ? next_counted(f, rest, cut)
				      : next_line(f, rest, cut)))
			return false;
		if (!is_empty(cut))
			return true;
	}
}

bool
framing_next(struct framing *f, struct str *rest, struct cut *cut)
{
	return next(f, rest, false, cut);
}

bool
framing_last(struct framing *f, struct str *rest, struct cut *cut)
{
	if (next(f, rest, true, cut))
		return true;
	if (rest->len == 0 && f->part == 0)
		return false;
	if (rest->len > f->max_frame) {
		take_part(f, rest, f->max_frame, cut);
		return true;
	}
	take(rest, rest->len, cut);
	cut->flags = RECORD_PARTIAL;
	end_frame(f, f->counting ? FRAMING_COUNTED : FRAMING_LINE, cut);
	return true;
}

bool
framing_part(struct framing *f, struct str *rest, struct cut *cut)
{
	size_t size = rest->len;
	/* What may be a trailer is left for the end. */
	if (size > 0 && rest->data[size - 1] == '\r')
		size--;
	if (recognise(f, rest, false) == IS_UNKNOWN || size > rest->len ||
	    size == 0)
		return false;
	take_part(f, rest, size, cut);
	return true;
}
