#include "tests/unit/unit.h"

#include <string.h>

#include "config/nearest.h"

static void
expect(const char *typed, const char *suggestion)
{
	static const char *const words[] = { "url", "path", "exclude",
		"exchange", "exchange_type", "heartbeat" };
	struct nearest n = nearest_to(str_from(typed));
	struct buffer out = { 0 };
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		nearest_offer(&n, str_from(words[i]));
	nearest_print(&n, &out);
	buffer_append_byte(&out, '\0');
	assert_string_equal(out.data, suggestion);
	buffer_clear(&out);
}

TEST(one_slip_finds_the_word_that_was_meant)
{
	expect("urk", "; did you mean \"url\"?");
	expect("pth", "; did you mean \"path\"?");
	expect("ptah", "; did you mean \"path\"?");
	expect("paths", "; did you mean \"path\"?");
	expect("exchange_tpye", "; did you mean \"exchange_type\"?");
	expect("heart_beet", "; did you mean \"heartbeat\"?");
	expect("Exchange", "; did you mean \"exchange\"?");
}

TEST(a_word_that_is_far_from_all_gets_no_suggestion)
{
	char longest[2000];
	memset(longest, 'e', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	expect("", "");
	expect("xyz", "");
	expect("listen", "");
	expect(longest, "");
}

TESTS(SPEC(one_slip_finds_the_word_that_was_meant),
    SPEC(a_word_that_is_far_from_all_gets_no_suggestion))
