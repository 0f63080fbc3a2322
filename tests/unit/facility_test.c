#include "tests/unit/unit.h"

#include "record/facility.h"

static const struct {
	const char *word;
	int facility; /* -1: none */
} rows[] = {
	{ "kern", 0 },
	{ "kernel", 0 },
	{ "user", 1 },
	{ "auth", 4 },
	{ "security", 4 },
	{ "Cron", 9 },
	{ "authpriv", 10 },
	{ "ntp", 12 },
	{ "audit", 13 },
	{ "alert", 14 },
	{ "clock", 15 },
	{ "local0", 16 },
	{ "LOCAL7", 23 },
	{ "local8", -1 },
	{ "local", -1 },
	{ "", -1 },
	{ "0", -1 },
};

TEST(words_are_read_in_either_case)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum facility facility;
		int result = facility_parse(str_from(rows[i].word), &facility);
		if (result == 0)
			result = (int)facility;
		if (result != rows[i].facility)
			fail_msg("%s: %d", rows[i].word, result);
	}
}

TEST(the_word_of_each_code_is_read_back)
{
	for (int i = 0; i < FACILITY_COUNT; i++) {
		enum facility facility;
		struct str word = facility_word((enum facility)i);
		assert_int_equal(facility_parse(word, &facility), 0);
		assert_int_equal(facility, i);
	}
}

TESTS(SPEC(words_are_read_in_either_case),
    SPEC(the_word_of_each_code_is_read_back))
