#include "tests/unit/unit.h"

#include "core/utf8.h"

static const struct {
	const char *text;
	size_t len; /* 0: not valid */
	uint32_t code;
} characters[] = {
	{ "a", 1, 'a' },
	{ "\x7f", 1, 0x7f },
	{ "\xc2\x80", 2, 0x80 },
	{ "\xdf\xbfx", 2, 0x7ff },
	{ "\xe0\xa0\x80", 3, 0x800 },
	{ "\xed\x9f\xbf", 3, 0xd7ff },
	{ "\xf0\x90\x80\x80", 4, 0x10000 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
	{ "\x80", 0, 0 },
	{ "\xc0\xaf", 0, 0 },
	{ "\xc1\xbf", 0, 0 },
	{ "\xe0\x9f\xbf", 0, 0 },
	{ "\xed\xa0\x80", 0, 0 },
	{ "\xf0\x8f\xbf\xbf", 0, 0 },
	{ "\xf4\x90\x80\x80", 0, 0 },
	{ "\xf5\x80\x80\x80", 0, 0 },
	{ "\xc3", 0, 0 },
	{ "\xe2\x82", 0, 0 },
	{ "\xc3(", 0, 0 },
};

TEST(characters_are_taken_by_the_rules_of_rfc_3629)
{
	for (size_t i = 0; i < sizeof(characters) / sizeof(*characters); i++) {
		uint32_t code = 0;
		assert_int_equal(utf8_take(str_from(characters[i].text), &code),
		    characters[i].len);
		if (characters[i].len > 0)
			assert_int_equal(code, characters[i].code);
	}
}

TEST(a_cut_never_ends_inside_a_character)
{
	struct str euros = STR("a\xe2\x82\xac\xe2\x82\xac");
	static const size_t cuts[] = { 0, 1, 1, 1, 4, 4, 4, 7, 7 };
	for (size_t max = 0; max < sizeof(cuts) / sizeof(*cuts); max++)
		assert_int_equal(utf8_cut(euros, max), cuts[max]);
	assert_int_equal(
	    utf8_cut((struct str)STR("\x80\x80\x80\x80\x80"), 4), 4);
}

TESTS(SPEC(characters_are_taken_by_the_rules_of_rfc_3629),
    SPEC(a_cut_never_ends_inside_a_character))
