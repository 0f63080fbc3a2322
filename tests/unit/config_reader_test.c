/* What inih does to lines, and we do not. */
#include "tests/unit/config_unit.h"

#define FILTER "[filter f]\ntype = drop\npattern = "

/* The pattern of the first filter is the value that a line really has. */
static void
expect_pattern(const char *line, const char *pattern)
{
	char *text;
	assert_true(asprintf(&text, FILTER "%s\n", line) > 0);
	struct config *config = load_text(text);
	assert_string_equal(config->filters[0].pattern, pattern);
	config_free(config);
	free(text);
}

TEST(a_value_is_the_rest_of_its_line_whatever_stands_in_it)
{
	static const struct {
		const char *line, *pattern;
	} cases[] = {
		{ "a ; b", "a ; b" },
		{ "a # b", "a # b" },
		{ "; b", "; b" },
		{ "a = b == c", "a = b == c" },
		{ "a: b", "a: b" },
		{ "\"a\"", "\"a\"" },
		{ "a\\", "a\\" },
		{ "[a]", "[a]" },
		{ "  a  b\t ", "a  b" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		expect_pattern(cases[i].line, cases[i].pattern);
}

TEST(a_colon_does_not_separate)
{
	char *errors = errors_of("[weir]\nstate: /x\nlog_level: a = info\n");
	assert_string_equal(errors,
	    "weir.ini:2: \"state: /x\" is neither a [section] nor key = "
	    "value\n"
	    "weir.ini:3: [weir] \"log_level: a\" is not a key of [weir]; did "
	    "you mean \"log_level\"?\n");
	free(errors);
}

TEST(leading_blanks_mean_nothing)
{
	struct config *config = load_text(
	    "  [weir]\n\tstate = /a\n    runtime = /b\n   # state = /c\n");
	assert_string_equal(config->weir.state, "/a");
	assert_string_equal(config->weir.runtime, "/b");
	config_free(config);
}

TEST(a_section_without_keys_is_seen)
{
	struct config *config =
	    load_text("[input  one]\ntype = stdin\n[weir]\n[agent]\n");
	assert_int_equal(config->input_count, 1);
	assert_string_equal(config->inputs[0].name, "one");
	config_free(config);

	char *errors = errors_of("\n[input two]\n");
	assert_non_null(strstr(errors, "weir.ini:2: [input two] path: is "));
	free(errors);
}

TEST(a_long_line_is_one_line)
{
	static char path[300 + 1], text[400];
	memset(path, 'a', 300);
	snprintf(
	    text, sizeof(text), "[weir]\nstate = %s\nruntime = /r\n", path);
	struct config *config = load_text(text);
	assert_string_equal(config->weir.state, path);
	assert_string_equal(config->weir.runtime, "/r");
	config_free(config);
}

TEST(a_long_key_or_section_is_not_cut_to_another)
{
	char *errors = errors_of(
	    "[input 0123456789012345678901234567890123456789012345]\n"
	    "type = stdin\n"
	    "[weir]\n"
	    "state0123456789012345678901234567890123456789012345 = /x\n");
	assert_non_null(strstr(errors, "weir.ini:1: \"[input 01234567"));
	assert_non_null(strstr(errors,
	    "weir.ini:4: [weir] \"state0123456789012345678901234567890123456"
	    "789012345\" is not a key of [weir]"));
	free(errors);
}

TEST(a_byte_order_mark_and_crlf_are_passed_over)
{
	struct config *config =
	    load_text("\xef\xbb\xbf[weir]\r\nstate = /a\r\n\r\n[agent]\r\n");
	assert_string_equal(config->weir.state, "/a");
	config_free(config);
}

TEST(the_last_line_needs_no_line_feed)
{
	struct config *config = load_text("[weir]\nstate = /a");
	assert_string_equal(config->weir.state, "/a");
	config_free(config);
	config_free(load_text(""));
}

TEST(a_nul_byte_is_an_error_of_its_line)
{
	static const char text[] = "[weir]\nstate = /a\0b\nruntime = 1\n";
	char *errors;
	assert_null(load_bytes(text, sizeof(text) - 1, &errors));
	assert_string_equal(errors,
	    "weir.ini:2: the line holds a NUL byte; is this a text file?\n");
	free(errors);
}

static struct config *
load_state_line(size_t len, char **errors)
{
	static const char end[] = "\n[nope]\n[agent]\n";
	char *text = malloc(len + 100);
	memcpy(text, "[weir]\nstate = ", 15);
	memset(text + 7 + 8, 'x', len - 8);
	memcpy(text + 7 + len, end, sizeof(end) - 1);
	struct config *config =
	    load_bytes(text, 7 + len + sizeof(end) - 1, errors);
	free(text);
	return config;
}

static void
expect_start(struct config *config, char *errors, const char *start)
{
	assert_null(config);
	assert_ptr_equal(strstr(errors, start), errors);
	free(errors);
}

TEST(a_line_may_have_one_mebibyte_and_no_more)
{
	char *errors;
	struct config *config = load_state_line(1 << 20, &errors);
	expect_start(config, errors, "weir.ini:3: [nope] is not");
	config = load_state_line((1 << 20) + 1, &errors);
	expect_start(config, errors,
	    "weir.ini:2: the line is longer than 1 MiB\n"
	    "weir.ini:3: [nope] is not");
}

TESTS(SPEC(a_value_is_the_rest_of_its_line_whatever_stands_in_it),
    SPEC(a_colon_does_not_separate), SPEC(leading_blanks_mean_nothing),
    SPEC(a_section_without_keys_is_seen), SPEC(a_long_line_is_one_line),
    SPEC(a_long_key_or_section_is_not_cut_to_another),
    SPEC(a_byte_order_mark_and_crlf_are_passed_over),
    SPEC(the_last_line_needs_no_line_feed),
    SPEC(a_nul_byte_is_an_error_of_its_line),
    SPEC(a_line_may_have_one_mebibyte_and_no_more))
