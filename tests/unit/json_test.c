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

TESTS(SPEC(text_is_escaped_and_what_is_not_utf8_replaced),
    SPEC(base64_follows_the_vectors_of_its_rfc),
    SPEC(members_stay_in_the_order_in_which_they_were_set))
