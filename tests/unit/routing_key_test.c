#include "tests/unit/unit.h"

#include <string.h>

#include "record/routing_key.h"

static const struct {
	struct str word;
	const char *clean;
} rows[] = {
	{ STR("kern"), "kern" },
	{ STR(""), "-" },
	{ STR("a.b*c#d"), "a_b_c_d" },
	{ STR("two words\tand\nlines"), "two_words_and_lines" },
	{ STR("nul\0del\x7f"), "nul_del_" },
	{ STR("caf\xc3\xa9"), "caf\xc3\xa9" },
	{ STR("#"), "_" },
};

TEST(a_word_from_outside_stays_one_harmless_word)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buffer out = { 0 };
		routing_key_clean(&out, rows[i].word);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, rows[i].clean);
		buffer_clear(&out);
	}
}

/* The key for a program named by `fill` bytes and then `tail`. */
static size_t
key_len(const char *text, size_t fill, const char *tail)
{
	char program[2000];
	const char *error;
	struct buffer out = { 0 };
	struct template *t = template_parse(text, &error);
	memset(program, 'x', fill);
	memcpy(program + fill, tail, strlen(tail));
	struct record r = { .program = { program, fill + strlen(tail) } };
	buffer_append(&out, "before", 6);
	routing_key_make(t, &r, &out);
	assert_memory_equal(out.data, "before", 6);
	size_t len = out.len - 6;
	buffer_clear(&out);
	template_free(t);
	return len;
}

TEST(a_key_of_255_bytes_is_left_whole)
{
	assert_int_equal(key_len("${program}", 255, ""), 255);
	assert_int_equal(key_len("a.${program}", 252, ""), 254);
}

TEST(a_longer_key_is_cut_between_characters)
{
	assert_int_equal(key_len("${program}", 256, ""), 255);
	assert_int_equal(key_len("${program}", 1900, ""), 255);
	assert_int_equal(key_len("${program}.${program}", 200, ""), 255);
	assert_int_equal(key_len("${program}", 254, "\xc3\xa9"), 254);
	assert_int_equal(key_len("${program}", 253, "\xc3\xa9z"), 255);
	assert_int_equal(key_len("${program}", 253, "\xe2\x82\xac"), 253);
	assert_int_equal(key_len("${program}", 252, "\xe2\x82\xacz"), 255);
	assert_int_equal(key_len("${program}", 252, "\xf0\x9f\x98\x80"), 252);
}

TEST(the_usual_key_is_severity_and_facility)
{
	const char *error;
	struct buffer out = { 0 };
	struct record r = { .severity = SEVERITY_WARNING,
		.facility = FACILITY_AUTHPRIV };
	struct template *t =
	    template_parse("${severity}.${facility}.${host}", &error);
	routing_key_make(t, &r, &out);
	assert_true(
	    str_equal(buffer_str(&out), (struct str)STR("warning.authpriv.-")));
	template_free(t);
	buffer_clear(&out);
}

TESTS(SPEC(a_word_from_outside_stays_one_harmless_word),
    SPEC(a_key_of_255_bytes_is_left_whole),
    SPEC(a_longer_key_is_cut_between_characters),
    SPEC(the_usual_key_is_severity_and_facility))
