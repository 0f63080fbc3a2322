#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "record/binding.h"

static bool
topic(const char *binding, const char *key)
{
	return binding_matches(
	    EXCHANGE_TOPIC, str_from(binding), str_from(key));
}

/* The file's columns: binding, key, 0 or 1, where it is from. */
TEST(topics_match_as_they_do_in_rabbitmq)
{
	char line[4096];
	int rows = 0;
	FILE *file = fopen(VECTORS "/topic_match.tsv", "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		char *rest = line;
		const char *binding = strsep(&rest, "\t");
		const char *key = strsep(&rest, "\t");
		assert_non_null(rest);
		bool expected = rest[0] == '1';
		if (topic(binding, key) != expected)
			fail_msg(
			    "\"%s\" \"%s\": not %d", binding, key, expected);
		rows++;
	}
	fclose(file);
	assert_int_equal(rows, 246);
}

static const struct {
	const char *binding;
	const char *key;
	bool match;
} rows[] = {
	{ "#", "", true },
	{ "*", "", false },
	{ "", "", true },
	{ ".", ".", true },
	{ "*.*", ".", true },
	{ "*", ".", false },
	{ "a.*.b", "a..b", true },
	{ "a.#.b", "a..b", true },
	{ "a#b", "a#b", true },
	{ "a#b", "axb", false },
	{ "##", "a.b", false },
	{ "#.a.b", "a.a.b", true },
	{ "#.a.#.b", "a.x.a.y", false },
	{ "#.a.*.#.b", "x.a.b.a.c.b", true },
	{ "err.*", "err.kern.x", false },
	{ "Err.*", "err.kern", false },
	{ "err.*", "error.kern", false },
};

TEST(empty_words_and_wildcards_inside_words_are_words)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (topic(rows[i].binding, rows[i].key) != rows[i].match)
			fail_msg("%s %s", rows[i].binding, rows[i].key);
}

TEST(direct_compares_bytes_and_fanout_nothing)
{
	struct str star = STR("err.*"), key = STR("err.kern");
	assert_false(binding_matches(EXCHANGE_DIRECT, star, key));
	assert_true(binding_matches(EXCHANGE_DIRECT, key, key));
	assert_true(binding_matches(EXCHANGE_FANOUT, star, key));
}

TEST(many_hashes_take_no_longer_than_the_product_of_the_words)
{
	static const char binding[] = "#.a.#.a.#.a.#.a.#.a.#.a.#.a.#.a.#.a."
				      "#.a.#.a.#.a.#.a.#.a.#.a.b";
	char key[63 * 2];
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = i % 2 ? '.' : 'a';
	key[sizeof(key) - 1] = '\0';
	int64_t start = clock_monotonic();
	for (int i = 0; i < 1000; i++)
		assert_false(topic(binding, key));
	assert_true(clock_monotonic() - start < NS_PER_SECOND);
}

static const struct {
	const char *typed;
	const char *bound;
} spellings[] = {
	{ "error.*", "err.*" },
	{ "WARN.#", "warning.#" },
	{ "critical", "crit" },
	{ "panic.kern", "emerg.kern" },
	{ "err.error", "err.error" },
	{ "*.error", "*.error" },
	{ "#", "#" },
	{ "", "" },
	{ ".error", ".error" },
	{ "errors.x", "errors.x" },
	{ "error.", "err." },
};

TEST(the_first_word_of_a_binding_becomes_the_real_severity)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		struct buffer out = { 0 };
		binding_normalise(str_from(spellings[i].typed), &out);
		buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, spellings[i].bound);
		buffer_clear(&out);
	}
}

TEST(exchange_types_have_words)
{
	enum exchange_type type;
	assert_int_equal(
	    exchange_type_parse((struct str)STR("direct"), &type), 0);
	assert_int_equal(type, EXCHANGE_DIRECT);
	assert_int_equal(
	    exchange_type_parse((struct str)STR("headers"), &type), -1);
	assert_true(str_equal(
	    exchange_type_word(EXCHANGE_FANOUT), (struct str)STR("fanout")));
}

TESTS(SPEC(topics_match_as_they_do_in_rabbitmq),
    SPEC(empty_words_and_wildcards_inside_words_are_words),
    SPEC(direct_compares_bytes_and_fanout_nothing),
    SPEC(many_hashes_take_no_longer_than_the_product_of_the_words),
    SPEC(the_first_word_of_a_binding_becomes_the_real_severity),
    SPEC(exchange_types_have_words))
