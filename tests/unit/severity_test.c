#include "tests/unit/unit.h"

#include "record/severity.h"

static const struct {
	const char *word;
	int severity; /* -1: none */
} rows[] = {
	{ "emerg", 0 },
	{ "emergency", 0 },
	{ "panic", 0 },
	{ "alert", 1 },
	{ "crit", 2 },
	{ "CRITICAL", 2 },
	{ "Fatal", 2 },
	{ "err", 3 },
	{ "error", 3 },
	{ "SEVERE", 3 },
	{ "warning", 4 },
	{ "warn", 4 },
	{ "notice", 5 },
	{ "info", 6 },
	{ "INF", 6 },
	{ "information", 6 },
	{ "informational", 6 },
	{ "debug", 7 },
	{ "DEBUG3", 7 },
	{ "trace", 7 },
	{ "verbose", 7 },
	{ "FINEST", 7 },
	{ "", -1 },
	{ "e", -1 },
	{ "errors", -1 },
	{ "erro", -1 },
	{ "error ", -1 },
	{ "3", -1 },
	{ "none", -1 },
	{ "ok", -1 },
};

TEST(words_are_read_as_programs_write_them)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum severity severity = SEVERITY_COUNT;
		int result = severity_parse(str_from(rows[i].word), &severity);
		if (result == 0)
			result = (int)severity;
		else
			assert_int_equal(severity, SEVERITY_COUNT);
		if (result != rows[i].severity)
			fail_msg("%s: %d", rows[i].word, result);
	}
}

TEST(the_word_of_each_code_is_read_back)
{
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		enum severity severity;
		struct str word = severity_word((enum severity)i);
		assert_int_equal(severity_parse(word, &severity), 0);
		assert_int_equal(severity, i);
	}
}

TESTS(SPEC(words_are_read_as_programs_write_them),
    SPEC(the_word_of_each_code_is_read_back))
