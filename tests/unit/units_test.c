#include "tests/unit/unit.h"

#include "core/clock.h"
#include "core/units.h"

TEST(durations_and_sizes_are_read_as_people_write_them)
{
	int64_t v;
	assert_int_equal(units_parse_duration(str_from("200ms"), &v), 0);
	assert_int_equal(v, 200 * NS_PER_MS);
	assert_int_equal(units_parse_duration(str_from("5m"), &v), 0);
	assert_int_equal(v, 300 * NS_PER_SECOND);
	assert_int_equal(units_parse_duration(str_from("0"), &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(units_parse_size(str_from("16MiB"), &v), 0);
	assert_int_equal(v, 16 << 20);
	assert_int_equal(units_parse_size(str_from("64k"), &v), 0);
	assert_int_equal(v, 64 << 10);
	assert_int_equal(units_parse_integer(str_from("-12"), &v), 0);
	assert_int_equal(v, -12);
}

TEST(what_is_none_is_refused)
{
	static const char *const bad[] = { "", "5", "5x", "-5s", "1.5s", "s",
		"99999999999999999999s", "9999999999d" };
	int64_t v;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(
		    units_parse_duration(str_from(bad[i]), &v), -1);
	assert_int_equal(units_parse_size(str_from("12 parsecs"), &v), -1);
	assert_int_equal(units_parse_integer(str_from("12a"), &v), -1);
}

TEST(what_is_printed_is_read_back)
{
	static const int64_t values[] = { 0, 1, 1023, 1024, 90 * NS_PER_SECOND,
		86400 * NS_PER_SECOND, 16 << 20, 3 * NS_PER_MS };
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct buffer b = { 0 };
		int64_t v;
		units_print_duration(&b, values[i]);
		assert_int_equal(units_parse_duration(buffer_str(&b), &v), 0);
		assert_int_equal(v, values[i]);
		b.len = 0;
		units_print_size(&b, values[i]);
		assert_int_equal(units_parse_size(buffer_str(&b), &v), 0);
		assert_int_equal(v, values[i]);
		buffer_clear(&b);
	}
}

TEST(modes_are_octal)
{
	int64_t v;
	assert_int_equal(units_parse_mode(str_from("0640"), &v), 0);
	assert_int_equal(v, 0640);
	assert_int_equal(units_parse_mode(str_from("666"), &v), 0);
	assert_int_equal(v, 0666);
	assert_int_equal(units_parse_mode(str_from("0689"), &v), -1);
	assert_int_equal(units_parse_mode(str_from("00640"), &v), -1);
	assert_int_equal(units_parse_mode(str_from(""), &v), -1);
}

TESTS(SPEC(durations_and_sizes_are_read_as_people_write_them),
    SPEC(what_is_none_is_refused), SPEC(what_is_printed_is_read_back),
    SPEC(modes_are_octal))
