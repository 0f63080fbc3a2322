#include "tests/unit/unit.h"

#include <string.h>

#include "core/escape.h"

/* Cut where the next digit would be taken for one of the escape. */
static const struct {
	struct str name;
	const char *escaped;
} names[] = {
	{ STR("/var/log/syslog"), "/var/log/syslog" },
	{ STR("a\nb"), "a\\x0Ab" },
	{ STR("-rf [*] ?"), "-rf [*] ?" },
	{ STR("gr\xc3\xbc\xc3\x9f"
	      "e"),
	    "gr\xc3\xbc\xc3\x9f"
	    "e" },
	{ STR("\xff.log"), "\\xFF.log" },
	{ STR("half \xc3"), "half \\xC3" },
	{ STR("\x1b[31m"), "\\x1B[31m" },
	{ STR("c1 \xc2\x9b"), "c1 \\xC2\\x9B" },
	{ STR("a\\x0Ab"), "a\\x5Cx0Ab" },
	{ STR("\x7f"), "\\x7F" },
};

TEST(a_name_of_any_bytes_is_one_line_of_utf8)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct buffer out = { 0 };
		escape_name(&out, names[i].name);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, names[i].escaped);
		out.len = 0;
		assert_int_equal(
		    escape_undo(&out, str_from(names[i].escaped)), 0);
		assert_true(str_equal(buffer_str(&out), names[i].name));
		buffer_clear(&out);
	}
}

TEST(what_is_no_escape_is_not_undone)
{
	static const char *const wrong[] = { "a\\b", "\\x1", "\\xfF", "\\" };
	struct buffer out = { 0 };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(escape_undo(&out, str_from(wrong[i])), -1);
	assert_int_equal(out.len, 0);
	buffer_clear(&out);
}

TEST(text_keeps_its_backslashes_and_ends_before_what_does_not_fit)
{
	char out[8];
	assert_int_equal(escape_text(out, 8, (struct str)STR("a\\b")), 3);
	assert_memory_equal(out, "a\\b", 3);
	assert_int_equal(escape_text(out, 8, (struct str)STR("ab\n\n")), 6);
	assert_memory_equal(out, "ab\\x0A", 6);
	assert_int_equal(escape_text(out, 1, (struct str)STR("\xc3\xbc")), 0);
	assert_int_equal(escape_text(out, 0, (struct str)STR("x")), 0);
}

TESTS(SPEC(a_name_of_any_bytes_is_one_line_of_utf8),
    SPEC(what_is_no_escape_is_not_undone),
    SPEC(text_keeps_its_backslashes_and_ends_before_what_does_not_fit))
