#include "tests/unit/unit.h"

#include <string.h>

#include "record/sd_element.h"

static void
assert_element(const struct buffer *b, const char *wanted)
{
	assert_int_equal(b->len, strlen(wanted));
	assert_memory_equal(b->data, wanted, b->len);
}

static bool
add(struct buffer *b, const char *name, const char *value)
{
	return sd_element_add(b, "x@1", str_from(name), str_from(value));
}

TEST(what_would_end_a_value_is_escaped)
{
	struct buffer b = { 0 };
	assert_true(add(&b, "A", "say \"\\[]\""));
	assert_true(add(&b, "_B", ""));
	assert_true(add(&b, "C", "two\nlines \xc3\xa4"));
	sd_element_end(&b);
	assert_element(&b,
	    "[x@1 A=\"say \\\"\\\\[\\]\\\"\" _B=\"\" "
	    "C=\"two\nlines \xc3\xa4\"]");
	buffer_clear(&b);
}

TEST(bytes_that_are_no_text_become_replacement_characters)
{
	struct buffer b = { 0 };
	assert_true(sd_element_add(&b, "x@1", (struct str)STR("A"),
	    (struct str)STR("\xff"
			    "a\xed\xa0\x80\0z")));
	sd_element_end(&b);
	assert_int_equal(b.len, strlen("[x@1 A=\"") + 3 + 1 + 9 + 2 + 2);
	buffer_clear(&b);
}

TEST(a_name_that_rfc_5424_does_not_know_is_left_out)
{
	static const char *const names[] = { "", "A=B", "A B", "A]", "A\"",
		"\xc3\xa4", "A\n", "A23456789012345678901234567890123" };
	struct buffer b = { 0 };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_false(add(&b, names[i], "v"));
	assert_int_equal(b.len, 0);
	sd_element_end(&b);
	assert_int_equal(b.len, 0);
	assert_true(add(&b, "A2345678901234567890123456789012", "v"));
	buffer_clear(&b);
}

TEST(values_and_elements_are_bounded_and_never_cut_inside_a_character)
{
	struct buffer b = { 0 };
	char value[SD_VALUE_MAX + 2];
	memset(value, 'a', sizeof(value));
	memcpy(value + SD_VALUE_MAX - 1, "\xc3\xa4", 2);
	value[sizeof(value) - 1] = '\0';
	assert_true(add(&b, "A", value));
	assert_int_equal(b.len, strlen("[x@1 A=\"\"") + SD_VALUE_MAX - 1);
	while (add(&b, "A", value))
		;
	assert_true(add(&b, "A", "short"));
	while (add(&b, "B", ""))
		;
	sd_element_end(&b);
	assert_true(b.len <= SD_ELEMENT_MAX);
	assert_true(b.len > SD_ELEMENT_MAX - 6);
	buffer_clear(&b);
}

TESTS(SPEC(what_would_end_a_value_is_escaped),
    SPEC(bytes_that_are_no_text_become_replacement_characters),
    SPEC(a_name_that_rfc_5424_does_not_know_is_left_out),
    SPEC(values_and_elements_are_bounded_and_never_cut_inside_a_character))
