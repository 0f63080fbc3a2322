#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/glob.h"
#include "core/buffer.h"

static const struct {
	const char *pattern;
	const char *path;
	bool matches;
} matches[] = {
	{ "/var/log/*.log", "/var/log/a.log", true },
	{ "/var/log/*.log", "/var/log/x/a.log", false },
	{ "/var/log/**/a.log", "/var/log/a.log", true },
	{ "/var/log/**/a.log", "/var/log/x/y/a.log", true },
	{ "/var/log/**", "/var/log/x/y/a.log", true },
	{ "/var/**/x/*.log", "/var/log/x/a.log", true },
	{ "/var/**/x/*.log", "/var/log/y/a.log", false },
	{ "*.gz", "/var/log/x/a.log.gz", true },
	{ "*.gz", "/var/log/x.gz/a.log", false },
	{ "/var/log/[ab].log", "/var/log/b.log", true },
	{ "/var/log/*", "/var/log/.hidden", false },
	{ "/var/log/a.log", "/var/log", false },
};

TEST(paths_match_whole_patterns)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++)
		assert_int_equal(
		    glob_matches(matches[i].pattern, matches[i].path),
		    matches[i].matches);
}

struct seen {
	struct buffer files;
	struct buffer directories;
};

static void
on_file(void *owner, const char *path, const struct stat *st)
{
	struct seen *s = owner;
	if (S_ISREG(st->st_mode))
		buffer_printf(&s->files, "%s ", path);
}

static void
on_directory(void *owner, const char *path)
{
	struct seen *s = owner;
	buffer_printf(&s->directories, "%s ", path);
}

static void
on_failed(void *owner, const char *path, int error)
{
	struct seen *s = owner;
	buffer_printf(&s->files, "%s:%s ", path, strerrorname_np(error));
}

static const struct glob_visitor visitor = { on_directory, on_file, on_failed };

static void
check(const char *pattern, const char *files, const char *directories)
{
	struct seen s = { .files.len = 0 };
	glob_walk(pattern, &visitor, &s);
	assert_true(str_equal(buffer_str(&s.files), str_from(files)));
	if (directories != NULL)
		assert_true(str_equal(
		    buffer_str(&s.directories), str_from(directories)));
	buffer_clear(&s.files);
	buffer_clear(&s.directories);
}

static void
touch(const char *path)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
}

TEST(a_walk_finds_files_in_order_and_the_directories_to_watch)
{
	char home[] = "/tmp/weir-glob-XXXXXX";
	assert_non_null(mkdtemp(home));
	assert_int_equal(chdir(home), 0);
	mkdir("a", 0700);
	mkdir("a/b", 0700);
	mkdir("a/b/c", 0700);
	touch("a/2.log");
	touch("a/1.log");
	touch("a/.hidden.log");
	touch("a/b/c/3.log");
	assert_int_equal(symlink("..", "a/b/loop"), 0);
	check("a/*.log", "a/1.log a/2.log ", "a/ ");
	check("a/**/*.log", "a/1.log a/2.log a/b/c/3.log ", NULL);
	check("a/**/3.log", "a/b/c/3.log ", NULL);
	check("a/1.log", "a/1.log ", "a/ ");
	check("a/none.log", "", "a/ ");
	check("a/*/c/3.log", "a/b/c/3.log ", "a/ a/b/c/ ");
	check("nowhere/*.log", "", "nowhere/ ");
	assert_int_equal(symlink("nothing", "a/x.gone"), 0);
	assert_int_equal(symlink("y.gone", "a/y.gone"), 0);
	check("a/*.gone", "a/x.gone:ENOENT a/y.gone:ELOOP ", "a/ ");
	check("a/1.log/*", "", "a/1.log/ ");
	assert_int_equal(system("rm -rf ../$(basename $PWD)"), 0);
}

TESTS(SPEC(paths_match_whole_patterns),
    SPEC(a_walk_finds_files_in_order_and_the_directories_to_watch))
