/*
 * Zones against what the C library makes of the same files, and the hours
 * that clocks show twice or never.
 */
#include "tests/unit/unit.h"

#include <string.h>
#include <time.h>

#include "record/civil.h"
#include "record/zone.h"
#include "record/zone_rules.h"

static struct zone *
zone(const char *name)
{
	const char *wrong;
	struct zone *z = zone_new(name, &wrong);
	assert_non_null(z);
	return z;
}

static void
set_tz(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void
assert_agrees(const char *name, const struct zone *z)
{
	set_tz(name);
	/* A prime number of seconds, some 19 hours: any hour of any day. */
	for (int64_t t = 0; t < INT64_C(4733510400); t += 68399) {
		struct tm tm;
		time_t seconds = (time_t)t;
		localtime_r(&seconds, &tm);
		if (zone_offset(z, t) != tm.tm_gmtoff)
			fail_msg("%s at %lld: %d", name, (long long)t,
			    zone_offset(z, t));
	}
}

TEST(zones_are_those_of_the_c_library)
{
	static const char *const names[] = { "UTC", "Europe/Berlin",
		"America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
		"Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia",
		"Europe/Dublin", "America/Nuuk", "Asia/Tehran" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct zone *z = zone(names[i]);
		assert_agrees(names[i], z);
		zone_free(z);
	}
}

TEST(local_is_what_tz_says_a_name_a_file_or_rules)
{
	static const char *const values[] = { "Europe/Berlin", ":Europe/Berlin",
		"/usr/share/zoneinfo/Asia/Tokyo", "UTC0",
		"CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT4,M3.2.0,M11.1.0",
		"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "AEST-10AEDT,J275,J91/3",
		"XYZ-2:30", "AAA-1BBB,59/0,300", "", "No/Such" };
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		set_tz(values[i]);
		struct zone *z = zone("local");
		assert_agrees(values[i], z);
		zone_free(z);
	}
}

TEST(an_offset_is_a_zone)
{
	struct zone *z = zone("-07:30");
	assert_int_equal(zone_offset(z, 0), -27000);
	zone_free(z);
}

TEST(what_is_no_zone_is_refused)
{
	static const char *const names[] = { "", "Europe/Berl", "/etc/passwd",
		"../../../etc/passwd", "Europe", "tzdata.zi", "+25:00", "+1",
		"CEST" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *wrong = NULL;
		assert_null(zone_new(names[i], &wrong));
		assert_non_null(wrong);
	}
}

static int64_t
shown(int year, int month, int day, int hour, int minute)
{
	struct civil c = { year, month, day, hour, minute, 0, 0, 0 };
	return civil_seconds(&c);
}

TEST(an_hour_that_clocks_never_show_is_read_as_if_they_did)
{
	struct zone *z = zone("Europe/Berlin");
	/* 2026-03-29: 02:00 CET is 03:00 CEST, 01:00 UTC. */
	int64_t gap = zone_instant(z, shown(2026, 3, 29, 2, 30), 0);
	assert_int_equal(gap, shown(2026, 3, 29, 1, 30));
	assert_int_equal(zone_instant(z, shown(2026, 3, 29, 1, 59), 0),
	    shown(2026, 3, 29, 0, 59));
	assert_int_equal(zone_instant(z, shown(2026, 3, 29, 3, 0), 0),
	    shown(2026, 3, 29, 1, 0));
	zone_free(z);
}

TEST(an_hour_that_clocks_show_twice_is_the_nearer_one)
{
	struct zone *z = zone("Europe/Berlin");
	/* 2026-10-25: 03:00 CEST is 02:00 CET, 01:00 UTC. */
	int64_t local = shown(2026, 10, 25, 2, 30);
	int64_t first = shown(2026, 10, 25, 0, 30), second = first + 3600;
	assert_int_equal(zone_instant(z, local, first + 1), first);
	assert_int_equal(zone_instant(z, local, second - 1), second);
	assert_int_equal(zone_instant(z, local, 0), first);
	assert_int_equal(zone_instant(z, local, INT32_MAX), second);
	zone_free(z);
}

TEST(a_damaged_file_is_no_zone)
{
	char bytes[4096];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "re");
	assert_non_null(f);
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t len = 0; len < n; len++) {
		struct zone_rules z = { 0 };
		char *exact = malloc(len + 1);
		memcpy(exact, bytes, len);
		assert_int_equal(
		    zone_rules_read_file(&z, (struct str){ exact, len }), -1);
		zone_rules_clear(&z);
		free(exact);
	}
}

TESTS(SPEC(zones_are_those_of_the_c_library),
    SPEC(local_is_what_tz_says_a_name_a_file_or_rules),
    SPEC(an_offset_is_a_zone), SPEC(what_is_no_zone_is_refused),
    SPEC(an_hour_that_clocks_never_show_is_read_as_if_they_did),
    SPEC(an_hour_that_clocks_show_twice_is_the_nearer_one),
    SPEC(a_damaged_file_is_no_zone))
