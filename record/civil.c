#include "record/civil.h"

#include <string.h>

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool
civil_is_date(const struct civil *c)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	if (c->month < 1 || c->month > 12)
		return false;
	int last = days[c->month - 1];
	if (c->month == 2 && is_leap(c->year))
		last++;
	return c->day >= 1 && c->day <= last;
}

/*
 * The year is taken to begin in March, so that the leap day is its last; in
 * eras of 400 years, which all have 146,097 days.  719,468 days lie between
 * 0000-03-01 and 1970-01-01.
 */
int64_t
civil_seconds(const struct civil *c)
{
	int year = c->month > 2 ? c->year : c->year - 1;
	int month = c->month > 2 ? c->month - 3 : c->month + 9;
	int era = (year >= 0 ? year : year - 399) / 400;
	int of_era = year - era * 400;
	int days = of_era * 365 + of_era / 4 - of_era / 100 +
	    (153 * month + 2) / 5 + c->day - 1;
	int64_t day = (int64_t)era * 146097 + days - 719468;
	return day * 86400 + c->hour * 3600 + c->minute * 60 + c->second;
}

int
civil_year(int64_t seconds)
{
	int64_t days = seconds / 86400 - (seconds % 86400 < 0) + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day = days - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	/* January is day 306 of a year that began in March. */
	return (int)(year + era * 400 + (of_year >= 306));
}

bool
civil_take_number(struct str *text, int least, int most, int *value)
{
	int n = 0, sum = 0;
	while ((size_t)n < text->len && str_is_digit(text->data[n])) {
		if (n == most)
			return false;
		sum = sum * 10 + (text->data[n++] - '0');
	}
	if (n < least)
		return false;
	*text = str_after(*text, (size_t)n);
	*value = sum;
	return true;
}

/* `n` digits at `data`, or -1. */
static int
digits(const char *data, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (!str_is_digit(data[i]))
			return -1;
		value = value * 10 + (data[i] - '0');
	}
	return value;
}

bool
civil_take_date(struct str *text, struct civil *c)
{
	const char *t = text->data;
	if (text->len < 10 || (t[4] != '-' && t[4] != '/') || t[7] != t[4])
		return false;
	int year = digits(t, 4), month = digits(t + 5, 2);
	int day = digits(t + 8, 2);
	if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	c->year = year;
	c->month = month;
	c->day = day;
	*text = str_after(*text, 10);
	return true;
}

bool
civil_take_month(struct str *text, struct civil *c)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	char word[3];
	if (text->len < 3)
		return false;
	for (int i = 0; i < 3; i++)
		word[i] = (char)(text->data[i] | 0x20);
	for (int i = 0; i < 12; i++) {
		if (memcmp(word, names + (size_t)i * 3, 3) == 0) {
			c->month = i + 1;
			*text = str_after(*text, 3);
			return true;
		}
	}
	return false;
}

/* A point or comma and digits, if they stand at the front. */
static void
take_fraction(struct str *text, struct civil *c)
{
	int scale = 100000000;
	c->nanosecond = c->digits = 0;
	if (text->len < 2 || (text->data[0] != '.' && text->data[0] != ',') ||
	    !str_is_digit(text->data[1]))
		return;
	*text = str_after(*text, 1);
	while (text->len > 0 && str_is_digit(text->data[0])) {
		c->nanosecond += (text->data[0] - '0') * scale;
		scale /= 10;
		c->digits++;
		*text = str_after(*text, 1);
	}
}

bool
civil_take_time(struct str *text, struct civil *c)
{
	const char *t = text->data;
	if (text->len < 8 || t[2] != ':' || t[5] != ':')
		return false;
	int hour = digits(t, 2), minute = digits(t + 3, 2);
	int second = digits(t + 6, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60)
		return false;
	c->hour = hour;
	c->minute = minute;
	c->second = second;
	*text = str_after(*text, 8);
	take_fraction(text, c);
	return true;
}

bool
civil_take_clock(struct str *text, struct civil *c, bool *real)
{
	struct str rest = *text;
	*real = true;
	if (civil_take_time(text, c))
		return true;
	if (!civil_take_number(&rest, 1, 2, &c->hour) ||
	    !str_take_byte(&rest, ':') ||
	    !civil_take_number(&rest, 2, 2, &c->minute) ||
	    !str_take_byte(&rest, ':') ||
	    !civil_take_number(&rest, 2, 2, &c->second))
		return false;
	take_fraction(&rest, c);
	*real = c->hour < 24 && c->minute < 60 && c->second <= 60;
	*text = rest;
	return true;
}

bool
civil_take_offset(struct str *text, int *seconds)
{
	const char *t = text->data;
	int hours, minutes = 0;
	size_t len = 3;
	if (text->len > 0 && (t[0] == 'Z' || t[0] == 'z')) {
		*seconds = 0;
		*text = str_after(*text, 1);
		return true;
	}
	if (text->len < 3 || (t[0] != '+' && t[0] != '-'))
		return false;
	hours = digits(t + 1, 2);
	if (text->len >= 6 && t[3] == ':') {
		minutes = digits(t + 4, 2);
		len = 6;
	} else if (text->len >= 5 && str_is_digit(t[3])) {
		minutes = digits(t + 3, 2);
		len = 5;
	}
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*seconds = (hours * 60 + minutes) * (t[0] == '-' ? -60 : 60);
	*text = str_after(*text, len);
	return true;
}
