#include "tests/unit/unit.h"

#include <string.h>

#include "collector/format.h"

static void
assert_format(
    enum line_format format, const struct record *r, struct str expected)
{
	struct buffer b = { 0 };
	buffer_append(&b, "before", 6);
	format_append(format, r, &b);
	assert_int_equal(b.len, 6 + expected.len);
	assert_memory_equal(b.data, "before", 6);
	assert_memory_equal(b.data + 6, expected.data, expected.len);
	buffer_clear(&b);
}

static const struct {
	struct str body;
	struct str line;
} lines[] = {
	{ STR(""), STR("\n") },
	{ STR("as it is"), STR("as it is\n") },
	{ STR("crlf\r"), STR("crlf\r\n") },
	{ STR("a\0b\xff\x1b[31m"), STR("a\0b\xff\x1b[31m\n") },
	{ STR("\n"), STR("\\n\n") },
	{ STR("two\nlines"), STR("two\\nlines\n") },
	{ STR("\n\nforged\n"), STR("\\n\\nforged\\n\n") },
};

TEST(a_line_comes_out_byte_for_byte_and_never_as_two)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct record r = { .body = lines[i].body };
		assert_format(FORMAT_LINE, &r, lines[i].line);
	}
}

TEST(a_raw_line_is_byte_for_byte_with_its_line_feeds)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct record r = { .body = lines[i].body };
		struct buffer b = { 0 };
		buffer_append(&b, r.body.data, r.body.len);
		buffer_append_byte(&b, '\n');
		assert_format(FORMAT_RAW, &r, buffer_str(&b));
		buffer_clear(&b);
	}
}

TEST(json_holds_every_field_in_the_order_of_the_contract)
{
	struct record r = {
		.body = STR("hello"),
		.key = STR("err.daemon"),
		.host = STR("web1"),
		.program = STR("sshd"),
		.path = STR("/var/log/x"),
		.pid = STR("42"),
		.msgid = STR("ID47"),
		.source = STR("0123456789abcdef0123456789abcdef"),
		.pos = 77,
		.time = 1065910455003000000,
		.severity = SEVERITY_ERR,
		.facility = FACILITY_DAEMON,
		.part = 2,
		.flags = RECORD_MORE | RECORD_PARTIAL,
	};
	assert_format(FORMAT_JSON, &r,
	    (struct str)STR(
		"{\"time\":\"2003-10-11T22:14:15.003000000Z\","
		"\"severity\":\"err\",\"facility\":\"daemon\","
		"\"host\":\"web1\",\"program\":\"sshd\",\"pid\":\"42\","
		"\"msgid\":\"ID47\",\"path\":\"/var/log/x\","
		"\"source\":\"0123456789abcdef0123456789abcdef\","
		"\"pos\":77,\"part\":2,\"more\":true,\"partial\":true,"
		"\"key\":\"err.daemon\",\"text\":\"hello\"}\n"));
}

static const struct {
	const char *data, *json;
} data_rows[] = {
	{ "[a]", "{\"a\":{}}" },
	{ "[a@1 b=\"c\" d=\"\\\"\\\\\\]\"][e f=\"\"]",
	    "{\"a@1\":{\"b\":\"c\",\"d\":\"\\\"\\\\]\"},\"e\":{\"f\":\"\"}}" },
	{ "[a b=\"1\" c=\"2\" b=\"3\" b=\"4\"]",
	    "{\"a\":{\"b\":[\"1\",\"3\",\"4\"],\"c\":\"2\"}}" },
	{ "[a b=\"1\"][a b=\"2\"]", "{\"a\":{\"b\":\"1\"}}" },
	{ "[a b=\"\xff\"]", "{\"a\":{\"b\":\"\xef\xbf\xbd\"}}" },
};

TEST(SY_12_structured_data_are_an_object_in_json)
{
	for (size_t i = 0; i < sizeof(data_rows) / sizeof(*data_rows); i++) {
		char expected[300];
		struct record r = { .data = str_from(data_rows[i].data),
			.flags = RECORD_DATA_CUT };
		snprintf(expected, sizeof(expected),
		    "{\"time\":\"1970-01-01T00:00:00.000000000Z\","
		    "\"severity\":\"emerg\",\"facility\":\"kern\","
		    "\"data\":%s,\"data_cut\":true,\"text\":\"\"}\n",
		    data_rows[i].json);
		assert_format(FORMAT_JSON, &r, str_from(expected));
	}
}

TEST(json_leaves_out_what_is_absent)
{
	struct record r = { .severity = SEVERITY_INFO };
	assert_format(FORMAT_JSON, &r,
	    (struct str)STR("{\"time\":\"1970-01-01T00:00:00.000000000Z\","
			    "\"severity\":\"info\",\"facility\":\"kern\","
			    "\"text\":\"\"}\n"));
}

TEST(json_keeps_the_bytes_of_text_that_is_not_utf8)
{
	struct record r = { .body = STR("a\xff\n") };
	assert_format(FORMAT_JSON, &r,
	    (struct str)STR("{\"time\":\"1970-01-01T00:00:00.000000000Z\","
			    "\"severity\":\"emerg\",\"facility\":\"kern\","
			    "\"text\":\"a\xef\xbf\xbd\\n\","
			    "\"raw\":\"Yf8K\"}\n"));
}

TESTS(SPEC(a_line_comes_out_byte_for_byte_and_never_as_two),
    SPEC(a_raw_line_is_byte_for_byte_with_its_line_feeds),
    SPEC(json_holds_every_field_in_the_order_of_the_contract),
    SPEC(SY_12_structured_data_are_an_object_in_json),
    SPEC(json_leaves_out_what_is_absent),
    SPEC(json_keeps_the_bytes_of_text_that_is_not_utf8))
