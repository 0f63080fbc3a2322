#include "tests/unit/unit.h"

#include <stdio.h>

#include "core/json.h"

static const struct {
	struct str in;
	bool valid;
	const char *out;
} texts[] = {
	{ STR(""), true, "{\"k\":\"\"}" },
	{ STR("plain"), true, "{\"k\":\"plain\"}" },
	{ STR("a\"b\\c\n\t"), true, "{\"k\":\"a\\\"b\\\\c\\n\\t\"}" },
	{ STR("nul\0\x1b"), true, "{\"k\":\"nul\\u0000\\u001B\"}" },
	{ STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9f"), true,
	    "{\"k\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9f\"}" },
	{ STR("a\xff"
	      "b"),
	    false,
	    "{\"k\":\"a\xef\xbf\xbd"
	    "b\"}" },
	{ STR("\xc3"), false, "{\"k\":\"\xef\xbf\xbd\"}" },
	/* overlong '/', a surrogate, past U+10FFFF */
	{ STR("\xc0\xaf"), false, "{\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\"}" },
	{ STR("\xed\xa0\x80"), false,
	    "{\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}" },
	{ STR("\xf4\x90\x80\x80"), false,
	    "{\"k\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}" },
};

static void
assert_json(struct json *j, const char *expected)
{
	struct buffer b = { 0 };
	json_append(j, &b);
	buffer_append_byte(&b, '\0');
	assert_string_equal(b.data, expected);
	buffer_clear(&b);
	json_free(j);
}

TEST(text_is_escaped_and_what_is_not_utf8_replaced)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct json *j = json_new();
		assert_int_equal(
		    json_set_text(j, "k", texts[i].in), texts[i].valid);
		assert_json(j, texts[i].out);
	}
}

/* RFC 4648, section 10. */
TEST(base64_follows_the_vectors_of_its_rfc)
{
	static const char *const vectors[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		char expected[64];
		snprintf(expected, sizeof(expected), "{\"k\":\"%s\"}",
		    vectors[i][1]);
		struct json *j = json_new();
		json_set_base64(j, "k", str_from(vectors[i][0]));
		assert_json(j, expected);
	}
	struct json *j = json_new();
	json_set_base64(j, "k", (struct str)STR("\xff\xfe\x00\xfb"));
	assert_json(j, "{\"k\":\"//4A+w==\"}");
}

TEST(members_stay_in_the_order_in_which_they_were_set)
{
	struct json *j = json_new();
	json_set_integer(j, "z", -1);
	json_set_true(j, "a");
	json_set_integer(j, "m", INT64_MAX);
	json_set_text(j, "b", str_from("x"));
	assert_json(
	    j, "{\"z\":-1,\"a\":true,\"m\":9223372036854775807,\"b\":\"x\"}");
}

TEST(objects_and_lists_nest)
{
	struct json *j = json_new(), *list = json_new_list();
	struct json *inner = json_new();
	json_set_integer(inner, "n", 7);
	json_push(list, inner);
	json_push_text(list, (struct str)STR("x\xff"));
	json_set(j, "list", list);
	assert_json(j, "{\"list\":[{\"n\":7},\"x\xef\xbf\xbd\"]}");
}

TEST(what_is_read_is_found_by_key_and_type)
{
	struct json *j = json_parse((struct str)STR(
	    " {\"t\":\"a\\u0000b\",\"n\":-9223372036854775808,\"f\":1.5,"
	    "\"y\":true,\"no\":false,\"l\":[\"x\",2,{\"k\":\"v\"}]}\n"));
	struct str text = STR("kept");
	int64_t n = 5;
	assert_non_null(j);
	assert_false(json_get_text(j, "n", &text));
	assert_true(str_equal(text, (struct str)STR("kept")));
	assert_true(json_get_text(j, "t", &text));
	assert_true(str_equal(text, (struct str)STR("a\0b")));
	assert_false(json_get_integer(j, "f", &n));
	assert_false(json_get_integer(j, "absent", &n));
	assert_int_equal(json_number(j, "absent"), 0);
	assert_int_equal(json_text(j, "absent").len, 0);
	assert_int_equal(n, 5);
	assert_true(json_get_integer(j, "n", &n));
	assert_true(n == INT64_MIN);
	assert_true(json_get_true(j, "y"));
	assert_false(json_get_true(j, "no"));
	assert_false(json_get_true(j, "t"));
	const struct json *list = json_get(j, "l");
	assert_int_equal(json_count(list), 3);
	assert_true(str_equal(json_text_at(list, 0), (struct str)STR("x")));
	assert_int_equal(json_text_at(list, 1).len, 0);
	assert_int_equal(json_text_at(list, 9).len, 0);
	assert_true(json_get_text(json_at(list, 2), "k", &text));
	assert_int_equal(json_count(json_get(j, "t")), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_get(json_get(j, "absent"), "k"));
	json_free(j);
}

/* RFC 8259 and our bounds; each line is one that must not be read. */
static const struct str hostile[] = {
	STR(""),
	STR(" "),
	STR("null"),
	STR("[]"),
	STR("\"text\""),
	STR("{"),
	STR("{\"a\":1"),
	STR("{\"a\":1} {}"),
	STR("{\"a\":1}x"),
	STR("{\"a\":1,}"),
	STR("{\"a\":1,\"a\":2}"),
	STR("{'a':1}"),
	STR("{a:1}"),
	STR("{\"a\":01}"),
	STR("{\"a\":9223372036854775808}"),
	STR("{\"a\":1e999}"),
	STR("{\"a\":NaN}"),
	STR("{\"a\":\"\xff\"}"),
	STR("{\"a\":\"\xed\xa0\x80\"}"),
	STR("{\"a\":\"\\ud800\"}"),
	STR("{\"a\":\"\n\"}"),
	STR("{\"a\":\"\0\"}"),
	STR("{\"a\\u0000b\":1}"),
	STR("\xef\xbb\xbf{}"),
	STR("{}\0"),
};

TEST(what_is_not_one_sound_object_is_refused)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++)
		assert_null(json_parse(hostile[i]));
}

/* `depth` objects or lists, one in another. */
static struct json *
parse_nested(size_t depth, const char *open, const char *close)
{
	struct buffer b = { 0 };
	buffer_append(&b, "{\"a\":", 5);
	for (size_t i = 1; i < depth; i++)
		buffer_append_str(&b, str_from(open));
	buffer_append_byte(&b, '1');
	for (size_t i = 1; i < depth; i++)
		buffer_append_str(&b, str_from(close));
	buffer_append_byte(&b, '}');
	struct json *j = json_parse(buffer_str(&b));
	buffer_clear(&b);
	return j;
}

TEST(nesting_has_a_bound_however_deep_it_goes)
{
	struct json *deepest = parse_nested(JSON_DEPTH, "[", "]");
	assert_non_null(deepest);
	json_free(deepest);
	assert_null(parse_nested(JSON_DEPTH + 1, "[", "]"));
	assert_null(parse_nested(JSON_DEPTH + 1, "{\"b\":", "}"));
	assert_null(parse_nested(2000, "[", "]"));
	assert_null(parse_nested(1000000, "[", "]"));
	assert_null(parse_nested(1000000, "[", ""));
}

TESTS(SPEC(text_is_escaped_and_what_is_not_utf8_replaced),
    SPEC(base64_follows_the_vectors_of_its_rfc),
    SPEC(members_stay_in_the_order_in_which_they_were_set),
    SPEC(objects_and_lists_nest), SPEC(what_is_read_is_found_by_key_and_type),
    SPEC(what_is_not_one_sound_object_is_refused),
    SPEC(nesting_has_a_bound_however_deep_it_goes))
