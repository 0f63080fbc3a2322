#include "tests/unit/unit.h"

#include "record/timestamp.h"

static const struct {
	const char *text;
	int result;
	int64_t ns;
} parses[] = {
	{ "1970-01-01T00:00:00Z", 0, 0 },
	{ "1970-01-01T00:00:01.5Z", 0, 1500000000 },
	{ "2003-10-11T22:14:15.003Z", 0, 1065910455003000000 },
	{ "1985-04-12T19:20:50.52-04:00", 0, 482196050520000000 },
	{ "2024-02-29 00:00:00+05:30", 0, 1709145000000000000 },
	{ "2003-08-24T05:14:15.000000003-07:00", 0, 1061727255000000003 },
	{ "1970-01-01T00:00:00.1234567899Z", 0, 123456789 },
	{ "1969-12-31T23:59:59.25Z", 0, -750000000 },
	{ "1970-01-01T00:00:00", -1, 0 },
	{ "1970-13-01T00:00:00Z", -1, 0 },
	{ "1970-01-01T00:00:00+1:00", -1, 0 },
	{ "1972-02-29T00:00:00Z", 0, 68169600000000000 },
	{ "1971-02-29T00:00:00Z", -1, 0 },
	{ "1970-09-31T00:00:00Z", -1, 0 },
	{ "1970/01/01T00:00:00Z", -1, 0 },
	{ "1970-01-01T00:00:00.Z", -1, 0 },
	{ "1970-01-01T00:00:00Zx", -1, 0 },
	{ "9999-01-01T00:00:00Z", -1, 0 },
	{ "1970-01-01", -1, 0 },
	{ "", -1, 0 },
};

TEST(stamps_are_read_in_any_zone)
{
	for (size_t i = 0; i < sizeof(parses) / sizeof(*parses); i++) {
		int64_t ns = 0;
		assert_int_equal(timestamp_parse(str_from(parses[i].text), &ns),
		    parses[i].result);
		assert_int_equal(ns, parses[i].ns);
	}
}

TEST(what_is_written_is_read_back)
{
	static const int64_t stamps[] = { 0, 1, -1, 1065910455003000000,
		4102444799999999999 };
	for (size_t i = 0; i < sizeof(stamps) / sizeof(*stamps); i++) {
		char text[TIMESTAMP_LEN];
		int64_t ns;
		timestamp_format(stamps[i], text);
		assert_int_equal(
		    timestamp_parse((struct str){ text, sizeof(text) }, &ns),
		    0);
		assert_int_equal(ns, stamps[i]);
	}
}

TESTS(SPEC(stamps_are_read_in_any_zone), SPEC(what_is_written_is_read_back))
