/* The calendar, against the C library's. */
#include "tests/unit/unit.h"

#include <time.h>

#include "record/civil.h"

TEST(seconds_and_years_are_those_of_timegm)
{
	/* A prime number of seconds, some 115 days: 0000 to 9999. */
	for (int64_t t = INT64_C(-62167219200); t < INT64_C(253402300800);
	     t += 9999991) {
		struct tm tm;
		time_t seconds = (time_t)t;
		gmtime_r(&seconds, &tm);
		struct civil c = { .year = tm.tm_year + 1900,
			.month = tm.tm_mon + 1,
			.day = tm.tm_mday,
			.hour = tm.tm_hour,
			.minute = tm.tm_min,
			.second = tm.tm_sec };
		assert_true(civil_is_date(&c));
		assert_true(civil_seconds(&c) == t);
		assert_int_equal(civil_year(t), c.year);
	}
}

TEST(a_year_begins_with_its_first_second)
{
	for (int year = 1; year <= 9999; year++) {
		struct civil first = { .year = year, .month = 1, .day = 1 };
		int64_t t = civil_seconds(&first);
		assert_int_equal(civil_year(t), year);
		assert_int_equal(civil_year(t - 1), year - 1);
	}
}

TEST(february_has_29_days_in_leap_years_only)
{
	static const int leap[] = { 2000, 2024, 1600, 0 };
	static const int common[] = { 2023, 1900, 2100, 1 };
	for (int i = 0; i < 4; i++) {
		struct civil c = { .year = leap[i], .month = 2, .day = 29 };
		assert_true(civil_is_date(&c));
		c.year = common[i];
		assert_false(civil_is_date(&c));
		c.day = 28;
		assert_true(civil_is_date(&c));
	}
}

static const struct {
	const char *text;
	int seconds;
	int left; /* bytes; -1: it is none */
} offsets[] = {
	{ "Z", 0, 0 },
	{ "z x", 0, 2 },
	{ "+01:00", 3600, 0 },
	{ "-07:30 x", -27000, 2 },
	{ "+0530", 19800, 0 },
	{ "-03", -10800, 0 },
	{ "+24:00", 0, -1 },
	{ "+01:60", 0, -1 },
	{ "+1", 0, -1 },
	{ "01:00", 0, -1 },
	{ "", 0, -1 },
};

TEST(offsets_are_read_in_three_forms)
{
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		struct str text = str_from(offsets[i].text);
		int seconds = 0;
		bool found = civil_take_offset(&text, &seconds);
		assert_int_equal(found, offsets[i].left >= 0);
		assert_int_equal(seconds, offsets[i].seconds);
		if (found)
			assert_int_equal(text.len, offsets[i].left);
	}
}

TESTS(SPEC(seconds_and_years_are_those_of_timegm),
    SPEC(a_year_begins_with_its_first_second),
    SPEC(february_has_29_days_in_leap_years_only),
    SPEC(offsets_are_read_in_three_forms))
