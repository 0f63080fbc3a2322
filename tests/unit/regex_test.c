#include "tests/unit/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/xalloc.h"
#include "filters/regex.h"

static int
find(const char *pattern, bool ignore_case, struct str subject)
{
	char error[200] = "";
	struct regex *r = regex_new(pattern, ignore_case, error, sizeof(error));
	if (r == NULL)
		fail_msg("%s: %s", pattern, error);
	int first = regex_match(r, subject);
	int again = regex_match(r, subject);
	regex_free(r);
	assert_int_equal(again, first);
	return first;
}

static const struct {
	const char *pattern;
	bool ignore_case;
	struct str subject;
	int found;
} rows[] = {
	{ "GET /healthz", false, STR("1.2.3.4 GET /healthz 200"), 1 },
	{ "GET /healthz", false, STR("1.2.3.4 get /healthz 200"), 0 },
	{ "GET /healthz", true, STR("1.2.3.4 get /healthz 200"), 1 },
	{ "^$", false, STR(""), 1 },
	{ ".", false, STR(""), 0 },
	{ "b$", false, STR("a\0b"), 1 },
	{ "a\\x00b", false, STR("a\0b"), 1 },
	{ "end", false, STR("\xff\xfe\x80 the end"), 1 },
	{ "^.end", false,
	    STR("\xc3\xa9"
		"end"),
	    1 },
	{ "^.end", false,
	    STR("\xff"
		"end"),
	    0 },
	{ "\xc3\x89t\xc3\xa9", true, STR("\xff \xc3\xa9t\xc3\xa9"), 1 },
	{ "(?<=a)b", false, STR("ab"), 1 },
	{ "(*NO_JIT)a+b", false, STR("aaab"), 1 },
	{ "(*NO_JIT)a+b", false,
	    STR("aa\xff"
		"b"),
	    0 },
};

TEST(patterns_find_bytes_that_need_not_be_utf8)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (find(rows[i].pattern, rows[i].ignore_case,
			rows[i].subject) != rows[i].found)
			fail_msg("row %zu: %s", i, rows[i].pattern);
	assert_int_equal(find("^$", false, (struct str){ 0 }), 1);
}

static const struct {
	const char *pattern;
	const char *error;
} bad[] = {
	{ "(abc", "at byte 4: missing closing parenthesis" },
	{ "ab[", "at byte 3: missing terminating ]" },
	{ "*", "at byte 0: quantifier does not follow" },
	{ "a\\Cb", "at byte 3: " },
	{ "\xff", "at byte 0: UTF-8 error" },
};

TEST(a_bad_pattern_is_refused_with_the_place)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char error[200];
		assert_null(
		    regex_new(bad[i].pattern, false, error, sizeof(error)));
		if (strncmp(error, bad[i].error, strlen(bad[i].error)) != 0)
			fail_msg("%s", error);
	}
}

/* A MiB of 'a', or of what comes close, ending in `tail`. */
static struct str
long_line(const char *unit, const char *tail)
{
	size_t len = 1 << 20, step = strlen(unit);
	char *data = xmalloc(len);
	for (size_t i = 0; i < len; i++)
		data[i] = unit[i % step];
	memcpy(data + len - strlen(tail), tail, strlen(tail));
	return (struct str){ data, len };
}

TEST(a_match_late_in_a_long_line_is_found)
{
	struct str line = long_line("0123456\xc3\xa9 ", "needle\xc3\xa9");
	assert_int_equal(find("needle", false, line), 1);
	assert_int_equal(find("NEEDLE.$", true, line), 1);
	assert_int_equal(find("(?<=x)needle", false, line), 0);
	assert_int_equal(find("^needle", false, line), 0);
	assert_int_equal(find("needle$", false, line), 0);
	assert_int_equal(find("$", false, line), 1);
	free((char *)line.data);
	line = long_line("\x80", "needle");
	assert_int_equal(find("needle", false, line), 1);
	free((char *)line.data);
}

/* Processes that do nothing, as fast as they can. */
static void
start_spinners(pid_t *spinners, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		spinners[i] = fork();
		if (spinners[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				continue;
		}
	}
}

TEST(what_is_found_does_not_depend_on_how_busy_the_machine_is)
{
	pid_t spinners[8];
	struct str line = long_line("x", "needle");
	start_spinners(spinners, 8);
	int found = 0;
	for (int i = 0; i < 20; i++)
		found += find("NEEDLE", true, line) == 1;
	for (size_t i = 0; i < 8; i++) {
		kill(spinners[i], SIGKILL);
		waitpid(spinners[i], NULL, 0);
	}
	free((char *)line.data);
	assert_int_equal(found, 20);
}

static const char *const slow[] = { "(a+)+$", "(.*)*x", "(a|aa)+x",
	"\\w+:", "a{1,1000}a{1,10}[xy]", ".{1,1000}[xy]", "a[ab]+[cd]",
	"a*a*a*[xy]", "(*NO_JIT)(a+)+$", "(*NO_JIT)(.*)*x", "(*NO_JIT)\\w+:" };

/* The quickest of three, in ms: the machine has other work. */
static int
time_of(const char *pattern, struct str subject)
{
	char error[200];
	int64_t best = INT64_MAX;
	struct regex *r = regex_new(pattern, false, error, sizeof(error));
	for (int i = 0; i < 3; i++) {
		int64_t start = clock_computed();
		regex_match(r, subject);
		int64_t took = clock_computed() - start;
		best = took < best ? took : best;
	}
	regex_free(r);
	return (int)(best / NS_PER_MS);
}

TEST(no_pattern_takes_more_than_50_ms_for_a_mib)
{
	struct str lines[] = { long_line("a", "a"), long_line("a", "b"),
		long_line("a\xff", "") };
	for (size_t i = 0; i < sizeof(slow) / sizeof(*slow); i++) {
		for (size_t j = 0; j < 3; j++) {
			int ms = time_of(slow[i], lines[j]);
			if (ms > 50)
				fail_msg("%s %zu: %d ms", slow[i], j, ms);
		}
	}
	assert_int_equal(find("(a+)+$", false, lines[1]), -1);
	assert_int_equal(find("(.*)*x", false, lines[0]), -1);
	for (size_t j = 0; j < 3; j++)
		free((char *)lines[j].data);
}

TESTS(SPEC(patterns_find_bytes_that_need_not_be_utf8),
    SPEC(a_bad_pattern_is_refused_with_the_place),
    SPEC(a_match_late_in_a_long_line_is_found),
    SPEC(what_is_found_does_not_depend_on_how_busy_the_machine_is),
    SPEC(no_pattern_takes_more_than_50_ms_for_a_mib))
