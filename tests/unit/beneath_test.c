#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"

typedef int open_function(int base, const char *name, int flags);

/* Both ways to open must refuse and allow the same. */
static open_function *const ways[] = { beneath_open, beneath_walk };

static char home[] = "/tmp/weir-beneath-XXXXXX";

/* home/base with a few traps in it, home/secret outside of it. */
static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL || chdir(home) == -1)
		return -1;
	if (mkdir("base", 0700) == -1 || mkdir("base/dir", 0700) == -1 ||
	    mkdir("base/link", 0700) == -1)
		return -1;
	int file = open("base/dir/file", O_CREAT | O_WRONLY, 0600);
	int secret = open("secret", O_CREAT | O_WRONLY, 0600);
	if (file == -1 || secret == -1)
		return -1;
	close(file);
	close(secret);
	return symlink("../../secret", "base/link/out") |
	    symlink("..", "base/link/up") | symlink("../dir", "base/link/in");
}

static int
tear_down(void **state)
{
	(void)state;
	char command[100];
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return chdir("/") | system(command);
}

TEST(a_file_beneath_opens)
{
	int base = beneath_base("base/", false);
	for (size_t i = 0; i < 2; i++) {
		int fd = ways[i](base, "dir/file", O_WRONLY);
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(ways[i](base, "dir/none", O_WRONLY), -1);
		assert_int_equal(errno, ENOENT);
	}
	close(base);
}

TEST(no_name_leads_out_of_the_base)
{
	static const char *const names[] = { "../secret", "dir/../../secret",
		"/etc/passwd", "..", ".", "", "link/out", "link/up/dir/file",
		"link/in/file", "dir/./file", "link/up/../../secret" };
	int base = beneath_base("base/", false);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t way = 0; way < 2; way++) {
			int fd = ways[way](base, names[i], O_RDONLY);
			assert_int_equal(fd, -1);
			assert_true(errno == EXDEV || errno == ELOOP ||
			    errno == ENOTDIR);
		}
	close(base);
}

TEST(nothing_is_created_outside_of_the_base)
{
	static const char *const names[] = { "../new", "link/up/../../new",
		"/tmp/weir-new", "link/up/new", "link/new/../../../new" };
	int base = beneath_base("base/", false);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(
		    beneath_create(base, names[i], O_WRONLY, true), -1);
	assert_int_equal(access("new", F_OK), -1);
	assert_int_equal(access("base/new", F_OK), -1);
	assert_int_equal(beneath_create(base, "link/out", O_WRONLY, true), -1);
	assert_int_equal(errno, EEXIST);
	close(base);
}

TEST(directories_on_the_way_are_created)
{
	struct stat st;
	int base = beneath_base("deep/er/base/", true);
	assert_true(base >= 0);
	int fd = beneath_create(base, "a//b/c.log", O_WRONLY, true);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(stat("deep/er/base/a/b/c.log", &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
	assert_int_equal(stat("deep/er/base/a/b", &st), 0);
	assert_int_equal(st.st_mode & 027, 027 & 050);
	assert_int_equal(beneath_create(base, "a/b/c.log", 0, true), -1);
	assert_int_equal(errno, EEXIST);
	close(base);
}

TEST(the_base_may_be_a_link_or_the_current_directory)
{
	assert_int_equal(symlink("base", "alias"), 0);
	int base = beneath_base("alias/", true);
	int fd = beneath_open(base, "dir/file", O_WRONLY);
	assert_true(fd >= 0);
	close(fd);
	close(base);
	base = beneath_base("", true);
	fd = beneath_open(base, "secret", O_WRONLY);
	assert_true(fd >= 0);
	close(fd);
	close(base);
}

TEST(a_file_in_place_of_the_base_is_an_error)
{
	assert_int_equal(beneath_base("secret/", true), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(beneath_base("secret/deeper/", true), -1);
	assert_int_equal(errno, ENOTDIR);
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		SPEC(a_file_beneath_opens),
		SPEC(no_name_leads_out_of_the_base),
		SPEC(nothing_is_created_outside_of_the_base),
		SPEC(directories_on_the_way_are_created),
		SPEC(the_base_may_be_a_link_or_the_current_directory),
		SPEC(a_file_in_place_of_the_base_is_an_error),
	};
	return cmocka_run_group_tests(specs, set_up, tear_down);
}
