/* Taking things off the front of a text. */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/str.h"

TEST(a_number_is_taken_with_all_its_digits_or_not_at_all)
{
	static const struct {
		const char *text, *rest;
		bool taken;
		uint64_t number;
	} rows[] = {
		{ "0", "", true, 0 },
		{ "007x", "x", true, 7 },
		{ "12 34", " 34", true, 12 },
		{ "18446744073709551615+1", "+1", true, UINT64_MAX },
		{ "18446744073709551616", "18446744073709551616", false, 0 },
		{ "99999999999999999999", "99999999999999999999", false, 0 },
		{ "", "", false, 0 },
		{ "-1", "-1", false, 0 },
		{ "x1", "x1", false, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str rest = str_from(rows[i].text);
		uint64_t number = 0;
		assert_int_equal(
		    str_take_number(&rest, &number), rows[i].taken);
		assert_true(number == rows[i].number);
		assert_true(str_equal(rest, str_from(rows[i].rest)));
	}
}

TEST(ten_bytes_are_digits)
{
	for (int c = 0; c < 256; c++)
		assert_int_equal(str_is_digit((char)c),
		    c != 0 && strchr("0123456789", c) != NULL);
}

TESTS(SPEC(a_number_is_taken_with_all_its_digits_or_not_at_all),
    SPEC(ten_bytes_are_digits))
