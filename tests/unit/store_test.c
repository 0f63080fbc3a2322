/* A store whose file was damaged where SQLite does not look. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/store.h"

#define SCHEMA "CREATE TABLE IF NOT EXISTS t (number INTEGER, word TEXT)"

static char directory[64], path[80];

static void
make(void)
{
	assert_int_equal(fresh_directory(directory), 0);
	snprintf(path, sizeof(path), "%s/x.db", directory);
	struct store *s = store_open(path, SCHEMA, 1, 1);
	assert_non_null(s);
	assert_true(store_is_new(s));
	assert_int_equal(store_run(s, "INSERT INTO t VALUES (1, 'a')"), 0);
	store_close(s);
}

static void
clear(void)
{
	char command[100];
	snprintf(command, sizeof(command), "rm -r %s", directory);
	assert_int_equal(system(command), 0);
}

/* Change the first `what` of the file into `into`, of the same length. */
static void
change(const char *what, const char *into)
{
	char bytes[65536];
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	size_t len = fread(bytes, 1, sizeof(bytes), f);
	char *at = memmem(bytes, len, what, strlen(what));
	assert_non_null(at);
	assert_int_equal(fseek(f, at - bytes, SEEK_SET), 0);
	assert_int_equal(fwrite(into, 1, strlen(into), f), strlen(into));
	assert_int_equal(fclose(f), 0);
}

TEST(what_was_written_is_there_again)
{
	make();
	struct store *s = store_open(path, SCHEMA, 1, 1);
	assert_false(store_was_damaged(s));
	struct query *q = query_new(s, "SELECT number FROM t");
	assert_int_equal(query_step(q), 1);
	assert_int_equal(query_integer(q, 0), 1);
	query_free(q);
	store_close(s);
	clear();
}

TEST(a_flipped_bit_in_the_name_of_a_column_is_damage)
{
	static const char *const flips[] = { "oumber", "nqmber", "number" };
	for (size_t i = 0; i < 3; i++) {
		make();
		change("number", flips[i]);
		struct store *s = store_open(path, SCHEMA, 1, 1);
		assert_non_null(s);
		assert_int_equal(store_was_damaged(s), i < 2);
		assert_int_equal(
		    store_run(s, "INSERT INTO t (number) VALUES (2)"), 0);
		store_close(s);
		clear();
	}
}

TEST(a_file_that_is_no_database_is_damage)
{
	make();
	change("SQLite format", "Sqlite format");
	struct store *s = store_open(path, SCHEMA, 1, 1);
	assert_non_null(s);
	assert_true(store_was_damaged(s));
	store_close(s);
	clear();
}

TEST(what_a_newer_weir_wrote_is_refused)
{
	make();
	assert_null(store_open(path, SCHEMA, 0, 0));
	clear();
}

TEST(what_an_older_weir_wrote_is_refused_or_gets_the_tables_it_lacks)
{
	static const char later[] =
	    SCHEMA ";CREATE TABLE IF NOT EXISTS later (x INTEGER)";
	make();
	assert_null(store_open(path, later, 2, 2));
	struct store *s = store_open(path, later, 1, 2);
	assert_non_null(s);
	assert_false(store_was_damaged(s));
	assert_int_equal(store_run(s, "INSERT INTO later VALUES (2)"), 0);
	struct query *q = query_new(s, "SELECT word FROM t");
	assert_int_equal(query_step(q), 1);
	query_free(q);
	store_close(s);
	assert_null(store_open(path, SCHEMA, 1, 1));
	s = store_open(path, later, 1, 2);
	assert_non_null(s);
	assert_false(store_was_damaged(s));
	store_close(s);
	clear();
}

TESTS(SPEC(what_was_written_is_there_again),
    SPEC(a_flipped_bit_in_the_name_of_a_column_is_damage),
    SPEC(a_file_that_is_no_database_is_damage),
    SPEC(what_a_newer_weir_wrote_is_refused),
    SPEC(what_an_older_weir_wrote_is_refused_or_gets_the_tables_it_lacks))
