/* The names that rotations give, and which generation is older. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "agent/marks.h"
#include "agent/rotation.h"

TEST(all_generations_of_a_log_have_one_base)
{
	static const struct {
		const char *path, *base;
	} cases[] = {
		{ "/var/log/f", "/var/log/f" },
		{ "/var/log/f.1", "/var/log/f" },
		{ "/var/log/f.12.gz", "/var/log/f" },
		{ "/var/log/f.gz", "/var/log/f" },
		{ "/var/log/f.1.gz.tmp", "/var/log/f" },
		{ "/var/log/f-20261121", "/var/log/f" },
		{ "/var/log/f-20261121-0400.gz", "/var/log/f" },
		{ "/var/log/f.2026-11-21", "/var/log/f" },
		{ "/var/log/f.old", "/var/log/f" },
		{ "/var/log/f~", "/var/log/f" },
		{ "/var/log/app.log", "/var/log/app.log" },
		{ "/var/log/app.log.1", "/var/log/app.log" },
		{ "/var/log/app.1.log", "/var/log/app.log" },
		{ "/var/log/app-20261121.log.gz", "/var/log/app.log" },
		{ "/var/log.1/app", "/var/log.1/app" },
		{ "app.log.3", "app.log" },
		{ "1", "1" },
		{ ".1", ".1" },
		{ "/x/2026.gz", "/x/2026" },
		{ "/x/web2.log", "/x/web2.log" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *base = rotation_base(cases[i].path);
		assert_string_equal(base, cases[i].base);
		free(base);
	}
}

static struct rotated
file(const char *path, int64_t modified)
{
	struct stat st = { .st_mtim = { modified, 0 } };
	return rotated_new(path, &st);
}

TEST(generations_come_oldest_first)
{
	struct rotated files[] = { file("/l/f", 9), file("/l/f.1", 9),
		file("/l/e", 10), file("/l/f.10.gz", 9), file("/l/f.2", 9),
		file("/l/f.3", 2), file("/l/d", 9), file("/l/d-20261121", 9),
		file("/l/d-20261120", 9) };
	static const char *const order[] = { "/l/d-20261120", "/l/d-20261121",
		"/l/d", "/l/e", "/l/f.3", "/l/f.10.gz", "/l/f.2", "/l/f.1",
		"/l/f" };
	size_t count = sizeof(files) / sizeof(*files);
	qsort(files, count, sizeof(*files), rotated_compare);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(files[i].path, order[i]);
		rotated_clear(&files[i]);
	}
}

TEST(marks_are_dense_near_the_end_and_reach_back_to_the_beginning)
{
	struct marks m = { .count = 0 };
	assert_null(marks_before(&m, 1000));
	for (uint64_t i = 1; i <= 100000; i++) {
		marks_add(&m, &(struct position){ .offset = i * 10 });
		marks_add(&m, &(struct position){ .offset = i * 10 });
	}
	assert_int_equal(m.count, MARKS_MAX);
	for (size_t i = 1; i < m.count; i++)
		assert_true(m.at[i].offset > m.at[i - 1].offset);
	assert_int_equal(marks_before(&m, 2000000)->offset, 1000000);
	assert_int_equal(marks_before(&m, 999999)->offset, 999990);
	assert_int_equal(marks_before(&m, 15)->offset, 10);
	assert_null(marks_before(&m, 9));
}

TESTS(SPEC(all_generations_of_a_log_have_one_base),
    SPEC(generations_come_oldest_first),
    SPEC(marks_are_dense_near_the_end_and_reach_back_to_the_beginning))
