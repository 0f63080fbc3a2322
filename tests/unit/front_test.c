#include "record/front.h"
#include "tests/unit/detect_table.h"

static const struct row rows[] = {
	{ STR("2024-01-02T10:00:00.669794202Z stdout F WARN x"),
	    SEVERITY_WARNING },
	{ STR("2024-01-02T10:00:00.6Z stderr F E0102 15:04:05.6 1 a.go:1] x"),
	    SEVERITY_ERR },
	{ STR("2024-01-02T10:00:00.6Z stdout F x"), NONE },
	{ STR("{\"log\":\"level=error msg=x\\n\",\"stream\":\"stderr\"}"),
	    SEVERITY_ERR },
	{ STR("{\"log\":\"x ERROR\\n\",\"stream\":\"stderr\"}"), NONE },
	{ STR("web-1  | {\"level\":\"warn\"}"), SEVERITY_WARNING },
	{ STR("web-1  | 10:00:00 ERROR x"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 node kubelet[9]: I0102 15:04:05.6 9 a.go:1] x"),
	    SEVERITY_INFO },
	{ STR("2024-01-02T10:00:00.1+00:00 h dockerd[9]: time=\"t\" "
	      "level=info msg=x"),
	    SEVERITY_INFO },
	{ STR("Jan  2 10:00:00 mac launchd[1] (a.b[2]): error: x"),
	    SEVERITY_ERR },
	{ STR("- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 "
	      "crond(pam_unix)[2915]: session closed"),
	    NONE },
	{ STR("2024-01-02 10:00:00 INFO main: x"), SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00 app ERROR: x"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 h (sd-pam)[12]: error: x"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 h (err): x"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 daemon.info error[1]: x"), SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00 - util.py[DEBUG]: x"), SEVERITY_DEBUG },
	{ STR("Jan  2 10:00:00 h krb5kdc[1](info): x"), SEVERITY_INFO },
	{ STR("Jan  2 10:00:00 h prog[1](x) y"), NONE },
	{ STR("Jan  2 10:00:00 h sshd[1]: Invalid user error from x"), NONE },
	{ STR("Jan  2 10:00:00 h"), NONE },
	{ STR("- 1131566461 2005.11.09 dn228"), NONE },
	{ STR("- 1131566461 2005.11.09 dn228 [10:00:00] x"), NONE },
	{ STR("web | "), NONE },
};

TEST(what_carried_a_line_is_passed_over)
{
	CHECK(rows);
}

static const struct {
	struct str line;
	size_t time;
} times[] = {
	{ STR("2024-01-02T15:04:05.678Z x"), 24 },
	{ STR("2024-01-02 15:04:05,678 x"), 23 },
	{ STR("2024-01-02 15:04:05.678 UTC [1] x"), 27 },
	{ STR("2024-01-02 15:04:05+0000 x"), 24 },
	{ STR("2024-01-02 15:04:05 +00:00 x"), 26 },
	{ STR("2024/01/02 15:04:05 x"), 19 },
	{ STR("24/01/02 15:04:05 x"), 17 },
	{ STR("01-02 15:04:05.678 x"), 18 },
	{ STR("02-Jan-2024 15:04:05.678 x"), 24 },
	{ STR("02/Jan/2024:15:04:05 +0000 x"), 26 },
	{ STR("02 Jan 2024 15:04:05,678 x"), 24 },
	{ STR("Jan  2 15:04:05 x"), 15 },
	{ STR("Tue Jan  2 15:04:05 2024 x"), 24 },
	{ STR("Jan 02, 2024 3:04:05 PM x"), 23 },
	{ STR("2005-06-03-15.42.50.675872 x"), 26 },
	{ STR("15:04:05.678 x"), 12 },
	{ STR("15:04:05"), 8 },
	{ STR("1/2/24 15:04:05:678 CET x"), 23 },
	{ STR("12/31/2024 3:04:05 PM x"), 21 },
	{ STR("31.12.2024 15:04:05 x"), 19 },
	{ STR("02Jan2024 15:04:05.678 x"), 22 },
	{ STR("10:00:00 INFO x"), 8 },
	{ STR("10:00:00 CRIT x"), 8 },
	{ STR("10:00:00 CEST x"), 13 },
	{ STR("15:04"), 0 },
	{ STR("2024-01-02 x y z"), 0 },
	{ STR("January 2 15:04:05"), 0 },
	{ STR("1.2.3.4 - - x"), 0 },
	{ STR("12345678901"), 0 },
	{ STR(""), 0 },
};

TEST(a_time_is_known_with_its_fraction_and_zone)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		size_t found = front_time(times[i].line);
		if (found != times[i].time)
			print_error(STR_FMT "\n", STR_ARG(times[i].line));
		assert_int_equal(found, times[i].time);
	}
}

TESTS(SPEC(what_carried_a_line_is_passed_over),
    SPEC(a_time_is_known_with_its_fraction_and_zone))
