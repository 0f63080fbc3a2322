#include "tests/unit/unit.h"

#include <stdlib.h>

#include "agent/output_glob.h"

static const struct {
	const char *template, *pattern;
	bool fixed;
} globs[] = {
	{ "/srv/all.log", "/srv/all.log", true },
	{ "/srv/${host}/%Y%m%d.log", "/srv/*/*.log", false },
	{ "/srv/a$$b%%[1]*", "/srv/a$b%\\[1]\\*", true },
	{ "/srv/100%%/${x}", "/srv/100%/*", false },
};

TEST(a_template_becomes_a_pattern)
{
	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++) {
		char *pattern = output_glob(globs[i].template);
		assert_string_equal(pattern, globs[i].pattern);
		assert_int_equal(
		    output_is_fixed(globs[i].template), globs[i].fixed);
		free(pattern);
	}
}

static const struct {
	const char *a, *b;
	bool meets;
} pairs[] = {
	{ "/a/b", "/a/b", true },
	{ "/a/b", "/a/c", false },
	{ "/a/*.log", "/a/x*.log", true },
	{ "/a/*.log", "/a/*.txt", false },
	{ "/a/*", "/a/b/c", false },
	{ "/a/*", "/a/", true },
	{ "/a/**", "/a/b/c", true },
	{ "/a/**/c", "/a/c", true },
	{ "/a/**/*.log", "/a/*/*-*.log", true },
	{ "/a/**/*.log", "/b/*/*-*.log", false },
	{ "/a/[bc]d", "/a/cd", true },
	{ "/a/[bc]d", "/a/ce", false },
	{ "/a/?", "/a/bc", false },
	{ "/a/\\*", "/a/*", true },
	{ "/a/\\*", "/a/b", false },
	{ "/a/x*y", "/a/*yz", false },
	{ "/a/[]x]d", "/a/]d", true },
};

TEST(patterns_meet_where_a_path_matches_both)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		const char *a = pairs[i].a, *b = pairs[i].b;
		if (output_glob_meets(a, b) != pairs[i].meets ||
		    output_glob_meets(b, a) != pairs[i].meets)
			fail_msg("%s and %s", a, b);
	}
}

TESTS(SPEC(a_template_becomes_a_pattern),
    SPEC(patterns_meet_where_a_path_matches_both))
