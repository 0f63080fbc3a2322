#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/listing.h"

static char directory[80];

static void
path_of(char path[128], const char *name)
{
	snprintf(path, 128, "%s%s", directory, name);
}

static uint64_t
make(const char *name)
{
	char path[128];
	struct stat st;
	path_of(path, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static void
drop(const char *name)
{
	char path[128];
	path_of(path, name);
	assert_int_equal(unlink(path), 0);
}

static void
begin(void)
{
	char path[64];
	assert_int_equal(fresh_directory(path), 0);
	snprintf(directory, sizeof(directory), "%s/", path);
}

TEST(each_name_of_an_inode_is_found_and_no_other)
{
	char from[128], to[128];
	begin();
	uint64_t first = make("first");
	uint64_t other = make("other");
	path_of(from, "first");
	path_of(to, "again");
	assert_int_equal(link(from, to), 0);
	struct listings *all = listings_new();
	assert_int_equal(listings_read(all, directory), 0);
	const struct listed *found = listings_find(all, directory, first);
	assert_non_null(found);
	const struct listed *next = listed_next(found);
	assert_non_null(next);
	assert_true(strcmp(found->name, next->name) != 0);
	assert_null(listed_next(next));
	found = listings_find(all, directory, other);
	assert_string_equal(found->name, "other");
	assert_null(listed_next(found));
	drop("other");
	assert_null(listings_find(all, "/elsewhere/", first));
	/* It is read once. */
	assert_int_equal(listings_read(all, directory), 0);
	assert_non_null(listings_find(all, directory, other));
	listings_free(all);
	drop("first");
	drop("again");
	rmdir(directory);
}

TEST(a_directory_that_is_not_there_is_none)
{
	begin();
	rmdir(directory);
	struct listings *all = listings_new();
	assert_int_equal(listings_read(all, directory), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(listings_find(all, directory, 1));
	listings_free(all);
}

TESTS(SPEC(each_name_of_an_inode_is_found_and_no_other),
    SPEC(a_directory_that_is_not_there_is_none))
