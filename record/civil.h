/*
 * Date and time of day as log lines write them: what a clock showed, in a
 * zone that is another matter (record/zone.h).  The calendar is Gregorian,
 * also for years before there was one (RFC 3339, section 1).
 */
#ifndef RECORD_CIVIL_H
#define RECORD_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

struct civil {
	int year; /* 0 to 9999 */
	int month; /* 1 to 12 */
	int day; /* from 1 */
	int hour; /* 0 to 23 */
	int minute; /* 0 to 59 */
	int second; /* 0 to 60: the last is a leap second */
	int nanosecond;
	int digits; /* that its fraction was written with */
};

/* Does the calendar have this day? */
bool civil_is_date(const struct civil *c);

/*
 * Seconds since 1970-01-01 00:00:00 on the same clock.  A leap second is the
 * first one of the minute behind it.
 */
int64_t civil_seconds(const struct civil *c);

/* The year that a clock shows so many seconds after 1970-01-01 00:00:00. */
int civil_year(int64_t seconds);

/*
 * Each of these takes what it reads off the front of `text`.  False, with
 * `text` as it was, if that is not there or cannot be: a 13th month, a 25th
 * hour.
 */

/* `least` to `most` digits, at most 9, and then no further one. */
bool civil_take_number(struct str *text, int least, int most, int *value);

/* "2003-10-11" or "2003/10/11"; it need not be a day of the calendar. */
bool civil_take_date(struct str *text, struct civil *c);

/* "Jan" to "Dec", in either case. */
bool civil_take_month(struct str *text, struct civil *c);

/*
 * "22:14:15", and a fraction of the second behind a point or a comma; its
 * digits behind the ninth are dropped, and counted.
 */
bool civil_take_time(struct str *text, struct civil *c);

/*
 * As civil_take_time, but the hour may have one digit, and numbers that no
 * clock shows are taken too: `*real` says whether one does.
 */
bool civil_take_clock(struct str *text, struct civil *c, bool *real);

/* "Z", "+01:00", "-0730", "+01": seconds that the clock is ahead of UTC. */
bool civil_take_offset(struct str *text, int *seconds);

#endif
