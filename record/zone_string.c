/* TZ strings: "CET-1CEST,M3.5.0,M10.5.0/3". */
#include <stdbool.h>

#include "record/civil.h"
#include "record/zone_rules.h"

#define LAST_YEAR 2120
#define HOUR 3600
#define DAY 86400

/* A day of each year: "M3.5.0", "J60" or "59", and a time of that day. */
struct day_rule {
	char kind; /* 'M', 'J' (1 to 365, without leap days) or '0' */
	int month, week, weekday, day;
	int time; /* seconds, of the clock before the change */
};

/* "CET" or "<+01>". */
static bool
take_name(struct str *text)
{
	size_t n = 0;
	bool quoted = str_take_byte(text, '<');
	for (; n < text->len; n++) {
		char c = text->data[n];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		bool other = str_is_digit(c) || c == '+' || c == '-';
		if (!letter && !(quoted && other))
			break;
	}
	*text = str_after(*text, n);
	return n >= 3 && (!quoted || str_take_byte(text, '>'));
}

/* "[+-]h[hh][:mm[:ss]]" as seconds. */
static bool
take_hours(struct str *text, int *seconds)
{
	int h, m = 0, s = 0;
	bool negative = str_take_byte(text, '-');
	if (!negative)
		str_take_byte(text, '+');
	if (!civil_take_number(text, 1, 3, &h) || h > 167 ||
	    (str_take_byte(text, ':') &&
		(!civil_take_number(text, 2, 2, &m) ||
		    (str_take_byte(text, ':') &&
			!civil_take_number(text, 2, 2, &s)))))
		return false;
	*seconds = (h * 60 + m) * 60 + s;
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool
take_day(struct str *text, struct day_rule *d)
{
	d->time = 2 * HOUR;
	d->kind = '0';
	if (str_take_byte(text, 'M')) {
		d->kind = 'M';
		if (!civil_take_number(text, 1, 2, &d->month) ||
		    !str_take_byte(text, '.') ||
		    !civil_take_number(text, 1, 1, &d->week) ||
		    !str_take_byte(text, '.') ||
		    !civil_take_number(text, 1, 1, &d->weekday) ||
		    d->month < 1 || d->month > 12 || d->week < 1 ||
		    d->week > 5 || d->weekday > 6)
			return false;
	} else {
		if (str_take_byte(text, 'J'))
			d->kind = 'J';
		if (!civil_take_number(text, 1, 3, &d->day) || d->day > 365)
			return false;
	}
	return !str_take_byte(text, '/') || take_hours(text, &d->time);
}

/* The n-th such weekday of the month, or the last one; as its day. */
static int
day_of_month(const struct day_rule *d, int year)
{
	struct civil first = { .year = year, .month = d->month, .day = 1 };
	/* 1970-01-01 was a Thursday. */
	int64_t days = civil_seconds(&first) / DAY;
	int weekday = (int)(((days + 4) % 7 + 7) % 7);
	int day = 1 + (d->weekday - weekday + 7) % 7 + (d->week - 1) * 7;
	struct civil c = { .year = year, .month = d->month, .day = day };
	return civil_is_date(&c) ? day : day - 7;
}

/* When the clock shows that time in that year. */
static int64_t
seconds_of(const struct day_rule *d, int year)
{
	struct civil c = { .year = year, .month = 1, .day = 1 };
	if (d->kind == 'M') {
		c.month = d->month;
		c.day = day_of_month(d, year);
		return civil_seconds(&c) + d->time;
	}
	struct civil leap = { .year = year, .month = 2, .day = 29 };
	int day = d->day;
	if (d->kind == 'J' && (day < 60 || !civil_is_date(&leap)))
		day--;
	return civil_seconds(&c) + (int64_t)day * DAY + d->time;
}

static void
add_after(struct zone_rules *z, int64_t last, int64_t at, int offset)
{
	if (at > last)
		zone_rules_add(z, at, offset);
}

static void
add_years(struct zone_rules *z, int standard, int summer,
    const struct day_rule *start, const struct day_rule *end)
{
	int64_t last = z->count > 0 ? z->changes[z->count - 1].at : INT64_MIN;
	for (int year = last == INT64_MIN ? 1969 : civil_year(last);
	     year <= LAST_YEAR; year++) {
		int64_t forward = seconds_of(start, year) - standard;
		int64_t back = seconds_of(end, year) - summer;
		if (forward < back)
			add_after(z, last, forward, summer);
		add_after(z, last, back, standard);
		if (forward >= back)
			add_after(z, last, forward, summer);
	}
}

int
zone_rules_read_string(struct zone_rules *z, struct str text)
{
	int standard, summer;
	struct day_rule start, end;
	if (!take_name(&text) || !take_hours(&text, &standard))
		return -1;
	standard = -standard; /* it counts towards the west */
	if (z->count == 0)
		z->first = standard;
	if (text.len == 0)
		return 0;
	summer = standard + HOUR;
	if (!take_name(&text))
		return -1;
	if (text.len > 0 && text.data[0] != ',') {
		if (!take_hours(&text, &summer))
			return -1;
		summer = -summer;
	}
	/* Without rules they are those of the United States. */
	if (text.len == 0)
		text = (struct str)STR(",M3.2.0,M11.1.0");
	if (!str_take_byte(&text, ',') || !take_day(&text, &start) ||
	    !str_take_byte(&text, ',') || !take_day(&text, &end) ||
	    text.len > 0)
		return -1;
	add_years(z, standard, summer, &start, &end);
	return 0;
}
