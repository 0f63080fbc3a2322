#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "filters/sieve.h"

static struct filter_options filters[] = {
	{ .name = "errors", .type = FILTER_KEEP, .pattern = "error" },
	{ .name = "no-health",
	    .type = FILTER_DROP,
	    .pattern = "get /healthz",
	    .ignore_case = true },
	{ .name = "slow", .type = FILTER_KEEP, .pattern = "(a+)+$" },
	{ .name = "bad", .line = 14, .type = FILTER_KEEP, .pattern = "(" },
	{ .name = "worse", .line = 18, .type = FILTER_DROP, .pattern = "ab[" },
};

static struct config config = {
	.file = "weir.ini",
	.filters = filters,
	.filter_count = sizeof(filters) / sizeof(*filters),
};

static struct sieve *
build(size_t count, char **names)
{
	struct string_list list = { .items = names, .count = count };
	return sieve_new(&config, &list);
}

static bool
pass(struct sieve *sieve, struct str body)
{
	struct record r = { .body = body };
	return sieve_pass(sieve, &r);
}

TEST(keep_passes_what_matches_and_drop_the_rest)
{
	char *names[] = { "errors", "no-health" };
	struct sieve *sieve = build(2, names);
	assert_non_null(sieve);
	assert_true(pass(sieve, (struct str)STR("an error")));
	assert_false(pass(sieve, (struct str)STR("all well")));
	assert_false(pass(sieve, (struct str)STR("error in GET /healthz")));
	assert_false(pass(sieve, (struct str)STR("")));
	assert_int_equal(sieve_dropped(sieve), 3);
	assert_int_equal(sieve_limited(sieve), 0);
	sieve_free(sieve);
}

TEST(an_empty_chain_passes_all)
{
	struct sieve *sieve = build(0, NULL);
	assert_true(pass(sieve, (struct str)STR("anything")));
	assert_int_equal(sieve_dropped(sieve), 0);
	sieve_free(sieve);
}

TEST(a_pattern_at_its_limit_passes_the_record_to_the_next_filter)
{
	char *names[] = { "slow", "errors" };
	struct sieve *sieve = build(2, names);
	size_t len = 1 << 20;
	char *body = xmalloc(len);
	memset(body, 'a', len);
	memcpy(body + len - 7, "error b", 7);
	assert_true(pass(sieve, (struct str){ body, len }));
	assert_int_equal(sieve_limited(sieve), 1);
	body[len - 7] = 'E';
	assert_false(pass(sieve, (struct str){ body, len }));
	assert_int_equal(sieve_limited(sieve), 2);
	assert_int_equal(sieve_dropped(sieve), 1);
	free(body);
	sieve_free(sieve);
}

TEST(a_chain_with_a_filter_that_is_none_is_not_built)
{
	char *unknown[] = { "errors", "missing" }, *bad[] = { "bad" };
	assert_null(build(2, unknown));
	assert_null(build(1, bad));
}

TEST(every_bad_pattern_is_reported_with_its_place)
{
	char *text = NULL;
	size_t size;
	FILE *errors = open_memstream(&text, &size);
	assert_int_equal(sieve_check(&config, errors), 2);
	fclose(errors);
	assert_string_equal(text,
	    "weir.ini:14: [filter bad] pattern: at byte 1: missing closing "
	    "parenthesis\n"
	    "weir.ini:18: [filter worse] pattern: at byte 3: missing "
	    "terminating ] for character class\n");
	free(text);
}

TESTS(SPEC(keep_passes_what_matches_and_drop_the_rest),
    SPEC(an_empty_chain_passes_all),
    SPEC(a_pattern_at_its_limit_passes_the_record_to_the_next_filter),
    SPEC(a_chain_with_a_filter_that_is_none_is_not_built),
    SPEC(every_bad_pattern_is_reported_with_its_place))
