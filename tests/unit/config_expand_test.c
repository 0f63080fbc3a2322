#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "config/expand.h"

struct expansion {
	const char *raw;
	const char *text; /* NULL: an error that holds `template` */
	const char *template;
};

static const struct expansion expansions[] = {
	{ "plain", "plain", "plain" },
	{ "", "", "" },
	{ "foo$", "foo$", "foo$$" },
	{ "$", "$", "$$" },
	{ "a $1 b", "a $1 b", "a $$1 b" },
	{ "$$", "$", "$$" },
	{ "$$$", "$$", "$$$$" },
	{ "${UNIT_A}", "value", "value" },
	{ "<${UNIT_A}${UNIT_A}>", "<valuevalue>", "<valuevalue>" },
	{ "$${UNIT_A}", "${UNIT_A}", "$${UNIT_A}" },
	{ "$$${UNIT_A}", "$value", "$$value" },
	{ "${host}.${facility}", "${host}.${facility}", "${host}.${facility}" },
	{ "x{2}${3}", "x{2}${3}", "x{2}${3}" },
	/* What comes from outside is never looked at again. */
	{ "${UNIT_DOLLARS}", "$$ ${UNIT_A} ${host}",
	    "$$$$ $${UNIT_A} $${host}" },
	{ "${UNIT_NOT:-de-fault}", "de-fault", "de-fault" },
	{ "${UNIT_NOT:-}", "", "" },
	{ "${UNIT_NOT:-${UNIT_A}", "${UNIT_A", "$${UNIT_A" },
	{ "${UNIT_A:-default}", "value", "value" },
	{ "${UNIT_EMPTY:-default}", "default", "default" },
	{ "${UNIT_EMPTY}", "", "" },
	{ "a${:- }", "a ", "a " },
	{ "${UNIT_NOT}", NULL,
	    "${UNIT_NOT} is not set in the environment; set it or write "
	    "${UNIT_NOT:-default}" },
	{ "${UNIT_A", NULL, "goes on as neither" },
	{ "${UNIT_A:-x", NULL, "goes on as neither" },
	{ "${UNIT_A:x}", NULL, "goes on as neither" },
	{ "${Unit}", NULL, "goes on as neither" },
	{ "${UNIT_LINES}", NULL, "holds more than one line" },
};

static void
expect(const struct expansion *e, bool is_template, const char *text)
{
	struct buffer out = { 0 }, wrong = { 0 };
	struct str raw = str_from(e->raw);
	int rc = expand_text(raw, is_template, &out, &wrong);
	buffer_append_byte(&out, '\0');
	buffer_append_byte(&wrong, '\0');
	if (text != NULL) {
		assert_string_equal(wrong.data, "");
		assert_string_equal(out.data, text);
	} else {
		assert_non_null(strstr(wrong.data, e->template));
	}
	assert_int_equal(rc, text != NULL ? 0 : -1);
	buffer_clear(&out);
	buffer_clear(&wrong);
}

TEST(values_and_templates_expand_once_and_double_dollars_once)
{
	setenv("UNIT_A", "value", 1);
	setenv("UNIT_DOLLARS", "$$ ${UNIT_A} ${host}", 1);
	setenv("UNIT_EMPTY", "", 1);
	setenv("UNIT_LINES", "a\nb", 1);
	unsetenv("UNIT_NOT");
	for (size_t i = 0; i < sizeof(expansions) / sizeof(*expansions); i++) {
		const struct expansion *e = &expansions[i];
		expect(e, false, e->text);
		expect(e, true, e->text != NULL ? e->template : NULL);
	}
}

TEST(what_is_protected_expands_to_itself)
{
	static const char *const values[] = { "", "plain", "$", "$$", "a$$$",
		"${host}", "${UNIT_NOT}", "$${UNIT_NOT}", "${:-x}", " ", "\t ",
		" a ", "a$ ", " $", "$ ", "a}b ", "\r", "a\r" };
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct buffer raw = { 0 }, out = { 0 }, wrong = { 0 };
		expand_protect(str_from(values[i]), false, &raw);
		struct str trimmed = str_trim(buffer_str(&raw));
		assert_int_equal(trimmed.len, raw.len);
		assert_int_equal(expand_text(trimmed, false, &out, &wrong), 0);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, values[i]);
		buffer_clear(&raw);
		buffer_clear(&out);
	}
}

TESTS(SPEC(values_and_templates_expand_once_and_double_dollars_once),
    SPEC(what_is_protected_expands_to_itself))
