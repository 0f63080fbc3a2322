/* What the broker refused, set aside on a real disk. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/rejected.h"
#include "core/xalloc.h"

#define SOURCE "0123456789abcdef0123456789abcdef"

struct world {
	char home[64];
	struct rejected *rejected;
};

static void
world_open(struct world *w)
{
	assert_int_equal(fresh_directory(w->home), 0);
	w->rejected = rejected_open(w->home);
	assert_non_null(w->rejected);
}

static void
run(const char *format, const char *argument)
{
	char *command = xasprintf(format, argument);
	assert_int_equal(system(command), 0);
	free(command);
}

static void
world_close(struct world *w)
{
	rejected_close(w->rejected);
	run("rm -rf %s", w->home);
}

static struct record
line(uint64_t pos)
{
	return (struct record){ .body = STR("the \xff line"),
		.key = STR("err.user"),
		.source = STR(SOURCE),
		.pos = pos };
}

TEST(a_refused_line_is_kept_whole_with_the_reason_in_front_of_it)
{
	struct world w;
	char text[1024];
	struct stat st;
	world_open(&w);
	struct record r = line(0x1f);
	assert_int_equal(
	    rejected_put(w.rejected, &r, str_from("too large")), 1);
	char *path =
	    xasprintf("%s/rejected/" SOURCE "-000000000000001f", w.home);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd != -1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd);
	assert_non_null(strstr(text, "{\"reason\":\"too large\","));
	assert_non_null(strstr(text, "\"key\":\"err.user\""));
	assert_non_null(strstr(text, "\"pos\":31,"));
	assert_string_equal(strchr(text, '\n'), "\nthe \xff line");
	assert_int_equal(
	    rejected_put(w.rejected, &r, str_from("once more")), 1);
	free(path);
	world_close(&w);
}

TEST(beyond_the_bound_nothing_is_kept_until_somebody_makes_room)
{
	struct world w;
	world_open(&w);
	struct record r;
	for (uint64_t i = 0; i < REJECTED_FILES; i++) {
		r = line(i);
		assert_int_equal(
		    rejected_put(w.rejected, &r, str_from("no")), 1);
	}
	r = line(REJECTED_FILES);
	assert_int_equal(rejected_put(w.rejected, &r, str_from("no")), 0);
	r = line(0); /* kept already */
	assert_int_equal(rejected_put(w.rejected, &r, str_from("no")), 1);
	run("rm -r %s/rejected", w.home);
	r = line(REJECTED_FILES);
	assert_int_equal(rejected_put(w.rejected, &r, str_from("no")), 1);
	world_close(&w);
}

TEST(a_symbolic_link_is_not_followed_and_the_line_waits)
{
	struct world w;
	world_open(&w);
	struct record r = line(1);
	run("ln -s /tmp %s/rejected", w.home);
	assert_int_equal(rejected_put(w.rejected, &r, str_from("no")), -1);
	run("rm %s/rejected", w.home);
	assert_int_equal(rejected_put(w.rejected, &r, str_from("no")), 1);
	world_close(&w);
}

TESTS(SPEC(a_refused_line_is_kept_whole_with_the_reason_in_front_of_it),
    SPEC(beyond_the_bound_nothing_is_kept_until_somebody_makes_room),
    SPEC(a_symbolic_link_is_not_followed_and_the_line_waits))
