#include "record/rfc3164_time.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/clock.h"
#include "record/civil.h"
#include "record/timestamp.h"

/* Half a year and a day: no stamp without a year is further off. */
#define FAR (INT64_C(184) * 86400)

struct stamp {
	struct civil civil;
	bool has_year;
	bool has_offset;
	bool unreal; /* it is shaped like one, and no clock shows it */
	int offset; /* seconds that its clock is ahead of UTC */
};

static bool
take_blanks(struct str *text)
{
	size_t before = text->len;
	while (str_take_byte(text, ' '))
		;
	return text->len < before;
}

static bool
take_clock(struct str *text, struct stamp *s)
{
	bool real;
	bool taken = civil_take_clock(text, &s->civil, &real);
	s->unreal = !real;
	return taken;
}

static bool
ends(struct str text)
{
	if (text.len > 0 && text.data[0] == ':')
		text = str_after(text, 1);
	return text.len == 0 || text.data[0] == ' ';
}

/* "2003" as a word, not as the start of an address. */
static bool
take_year(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	int year;
	if (!civil_take_number(&rest, 4, 4, &year) || !ends(rest) ||
	    year < 1900 || year > 2262)
		return false;
	s->civil.year = year;
	s->has_year = true;
	*text = rest;
	return true;
}

/* "Oct 11 22:14:15", with a year before or behind the time. */
static bool
take_month_first(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	if (!civil_take_month(&rest, &s->civil) || !take_blanks(&rest) ||
	    !civil_take_number(&rest, 1, 2, &s->civil.day) ||
	    !take_blanks(&rest))
		return false;
	if (!s->has_year && take_year(&rest, s) && !take_blanks(&rest))
		return false;
	if (!take_clock(&rest, s))
		return false;
	*text = rest;
	return true;
}

/* "2003 Oct 11 22:14:15" or "2003-10-11T22:14:15". */
static bool
take_year_first(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	if (take_year(&rest, s) && take_blanks(&rest) &&
	    take_month_first(&rest, s)) {
		*text = rest;
		return true;
	}
	rest = *text;
	s->has_year = true;
	if (!civil_take_date(&rest, &s->civil) ||
	    !(str_take_byte(&rest, 'T') || str_take_byte(&rest, 't') ||
		take_blanks(&rest)) ||
	    !take_clock(&rest, s))
		return false;
	*text = rest;
	return true;
}

/* "Sat " or "Sat, " where a month follows. */
static void
skip_weekday(struct str *text)
{
	static const char names[] = "MonTueWedThuFriSatSun";
	struct civil ignored;
	struct str rest = *text, word = { rest.data, 3 };
	bool found = false;
	for (size_t i = 0; i + 3 < sizeof(names); i += 3)
		found = found || str_equal(word, (struct str){ names + i, 3 });
	if (!found)
		return;
	rest = str_after(rest, 3);
	str_take_byte(&rest, ',');
	if (!take_blanks(&rest))
		return;
	struct str month = rest;
	if (civil_take_month(&month, &ignored))
		*text = rest;
}

/* How many upper-case letters there are at the front. */
static size_t
letters(struct str text)
{
	size_t n = 0;
	while (n < text.len && text.data[n] >= 'A' && text.data[n] <= 'Z')
		n++;
	return n;
}

/* "+2" or "-6", which civil_take_offset does not take. */
static bool
take_short_offset(struct str *text, int *seconds)
{
	struct str rest = *text;
	int hours;
	bool west = str_take_byte(&rest, '-');
	if ((!west && !str_take_byte(&rest, '+')) ||
	    !civil_take_number(&rest, 1, 1, &hours))
		return false;
	*seconds = hours * (west ? -3600 : 3600);
	*text = rest;
	return true;
}

/*
 * "UTC", "Z" behind a whole date, "GMT+2", "TZ-6" (RFC 3164, section 5.4).
 * Another abbreviation is the name of several zones and so of none, and is
 * skipped where it cannot be a host: a colon or a year follows.
 */
static bool
take_zone_name(struct str *text, struct stamp *s)
{
	struct str rest = *text, name = { rest.data, letters(rest) };
	struct stamp year = { .has_year = false };
	bool utc = str_equal(name, (struct str)STR("UTC")) ||
	    str_equal(name, (struct str)STR("GMT")) ||
	    (s->has_year && str_equal(name, (struct str)STR("Z")));
	if (name.len < (utc ? 1 : 2) || name.len > 5)
		return false;
	rest = str_after(rest, name.len);
	if (utc || str_equal(name, (struct str)STR("TZ"))) {
		bool offset = civil_take_offset(&rest, &s->offset) ||
		    take_short_offset(&rest, &s->offset);
		s->has_offset = (offset || utc) && ends(rest);
		if (s->has_offset)
			*text = rest;
		return s->has_offset;
	}
	struct str behind = rest;
	if (!(rest.len > 0 && rest.data[0] == ':') &&
	    !(take_blanks(&behind) && take_year(&behind, &year)))
		return false;
	*text = rest;
	return true;
}

static bool
take_offset(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	if (!civil_take_offset(&rest, &s->offset) || !ends(rest))
		return false;
	s->has_offset = true;
	*text = rest;
	return true;
}

static bool
is_sign(struct str text)
{
	return text.len > 0 && (text.data[0] == '+' || text.data[0] == '-');
}

/* "+24:00" close behind the time was meant to be one. */
static void
skip_unreal_offset(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	if (!is_sign(rest))
		return;
	while (rest.len > 0 && !ends(rest))
		rest = str_after(rest, 1);
	s->unreal = true;
	*text = rest;
}

/* What says more behind the time: an offset, a zone, a year. */
static void
take_rest(struct str *text, struct stamp *s)
{
	struct str rest = *text;
	bool close = take_offset(text, s);
	if (!close && !take_blanks(&rest))
		skip_unreal_offset(text, s);
	else if (!close &&
	    (is_sign(rest) ? take_offset(&rest, s) : take_zone_name(&rest, s)))
		*text = rest;
	rest = *text;
	if (!s->has_year && take_blanks(&rest) && take_year(&rest, s))
		*text = rest;
}

static bool
instant(const struct stamp *s, const struct zone *zone, int64_t near,
    int64_t *seconds)
{
	if (s->unreal || !civil_is_date(&s->civil))
		return false;
	int64_t local = civil_seconds(&s->civil);
	*seconds =
	    s->has_offset ? local - s->offset : zone_instant(zone, local, near);
	return true;
}

/* Seconds of the nearest year's. */
static bool
nearest(
    struct stamp *s, const struct zone *zone, int64_t near, int64_t *seconds)
{
	int year = civil_year(near);
	int64_t candidate, best = INT64_MAX;
	for (int y = year - 1; y <= year + 1; y++) {
		s->civil.year = y;
		if (instant(s, zone, near, &candidate) &&
		    llabs(candidate - near) < best) {
			best = llabs(candidate - near);
			*seconds = candidate;
		}
	}
	return best <= FAR;
}

/* The year of `near` nearly always; then the two others need no look. */
static bool
nearest_fast(
    struct stamp *s, const struct zone *zone, int64_t near, int64_t *seconds)
{
	s->civil.year = civil_year(near);
	return (instant(s, zone, near, seconds) &&
		   llabs(*seconds - near) < FAR - 3 * 86400) ||
	    nearest(s, zone, near, seconds);
}

int
rfc3164_take_time(
    struct str *text, const struct zone *zone, int64_t received, int64_t *ns)
{
	struct stamp s = { .has_year = false };
	struct str rest = *text;
	int64_t near = received / NS_PER_SECOND, seconds;
	if (!str_take_byte(&rest, '*'))
		str_take_byte(&rest, '.');
	if (rest.len < 15)
		return 0;
	if (str_is_digit(rest.data[0])) {
		if (!take_year_first(&rest, &s))
			return 0;
	} else {
		skip_weekday(&rest);
		if (!take_month_first(&rest, &s))
			return 0;
	}
	take_rest(&rest, &s);
	*text = rest;
	bool known = s.has_year ? instant(&s, zone, near, &seconds)
				: nearest_fast(&s, zone, near, &seconds);
	return known && timestamp_of(seconds, s.civil.nanosecond, ns) ? 1 : -1;
}
