#include "tests/unit/unit.h"

#include <string.h>

#include "record/template.h"

static const struct record sample = {
	.host = STR("web1"),
	.program = STR("nginx"),
	.pid = STR("42"),
	.msgid = STR("ID47"),
	.path = STR("/var/log/x.log"),
	.source = STR("00ff"),
	.key = STR("err.daemon"),
	.severity = SEVERITY_ERR,
	.facility = FACILITY_DAEMON,
};

static const struct {
	const char *text;
	const char *expanded;
} rows[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "${severity}.${facility}", "<err>.<daemon>" },
	{ "${host}${program}", "<web1><nginx>" },
	{ "/l/${pid}-${msgid}/%Y.log", "/l/<42>-<ID47>/%Y.log" },
	{ "${path} ${source} ${key}", "</var/log/x.log> <00ff> <err.daemon>" },
	{ "$$", "$" },
	{ "$${host}", "${host}" },
	{ "$$${host}", "$<web1>" },
	{ "a$b", "a$b" },
	{ "$", "$" },
	{ "}{", "}{" },
};

static const struct {
	const char *text;
	const char *error;
} bad[] = {
	{ "${host", "closed" },
	{ "a${", "closed" },
	{ "${}", "none of" },
	{ "${Host}", "none of" },
	{ "${host }", "none of" },
	{ "x${severity}${hosts}", "none of" },
};

static void
in_brackets(struct buffer *out, struct str value)
{
	buffer_printf(out, "<" STR_FMT ">", STR_ARG(value));
}

TEST(fields_are_put_in_and_dollars_kept)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *error = NULL;
		struct buffer out = { 0 };
		struct template *t = template_parse(rows[i].text, &error);
		assert_non_null(t);
		template_expand(t, &sample, in_brackets, &out);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, rows[i].expanded);
		assert_int_equal(template_is_constant(t),
		    strchr(rows[i].expanded, '<') == NULL);
		template_free(t);
		buffer_clear(&out);
	}
}

TEST(a_bad_field_is_refused_with_a_reason)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *error = NULL;
		assert_null(template_parse(bad[i].text, &error));
		assert_non_null(strstr(error, bad[i].error));
	}
}

TEST(absent_fields_are_empty)
{
	const char *error;
	struct buffer out = { 0 };
	struct record r = { 0 };
	struct template *t = template_parse("${host}${facility}", &error);
	template_expand(t, &r, in_brackets, &out);
	assert_true(str_equal(buffer_str(&out), (struct str)STR("<><kern>")));
	template_free(t);
	buffer_clear(&out);
}

TESTS(SPEC(fields_are_put_in_and_dollars_kept),
    SPEC(a_bad_field_is_refused_with_a_reason), SPEC(absent_fields_are_empty))
