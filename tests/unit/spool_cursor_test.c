/* Where a journal is read on: what the spool says, whatever became of it. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool_cursor.h"
#include "agent/spool_writer.h"
#include "agent/whole_line.h"
#include "core/xalloc.h"
#include "record/attributes.h"

struct world {
	char home[64];
	uv_loop_t loop;
	struct spool_directory directory;
	struct spool_writer writer;
};

static void
world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	assert_int_equal(fresh_directory(w->home), 0);
	uv_loop_init(&w->loop);
	assert_int_equal(
	    spool_directory_open(&w->directory, w->home, "in", true), 1);
	spool_writer_init(&w->writer, &w->loop, &w->directory, 0, 0);
	w->writer.segment_size = 1000;
}

static void
world_close(struct world *w)
{
	char *command = xasprintf("rm -rf %s", w->home);
	spool_writer_close(&w->writer);
	spool_directory_close(&w->directory);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	assert_int_equal(system(command), 0);
	free(command);
}

static void
put(struct world *w, const char *text, const char *cursor)
{
	struct buffer origin = { 0 };
	attributes_put(&origin, ATTRIBUTE_CURSOR, str_from(cursor));
	struct entry e = { .text = str_from(text),
		.origin = buffer_str(&origin) };
	spool_writer_put(&w->writer, &e);
	assert_int_equal(spool_writer_flush(&w->writer), 0);
	buffer_clear(&origin);
}

/* "-": neither says anything. */
static void
assert_cursor(struct world *w, const char *wanted)
{
	struct buffer got = { 0 };
	int found = spool_cursor_find(&w->directory, &got);
	assert_int_equal(found, strcmp(wanted, "-") != 0);
	if (found == 1 && !str_equal(buffer_str(&got), str_from(wanted)))
		fail_msg("\"" STR_FMT "\", not \"%s\"",
		    STR_ARG(buffer_str(&got)), wanted);
	buffer_clear(&got);
}

static int
open_segment(struct world *w, size_t i)
{
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(w->directory.bases[i], name);
	int fd = openat(w->directory.fd, name, O_RDWR);
	assert_true(fd != -1);
	return fd;
}

TEST(the_last_line_says_it_and_before_there_is_one_the_bookmark)
{
	struct world w;
	world_open(&w);
	assert_cursor(&w, "-");
	assert_int_equal(
	    spool_cursor_mark(&w.directory, (struct str)STR("mark 1")), 0);
	assert_cursor(&w, "mark 1");
	assert_int_equal(
	    spool_cursor_mark(&w.directory, (struct str)STR("m2")), 0);
	assert_cursor(&w, "m2");
	put(&w, "line", "c1");
	put(&w, "line", "c2");
	assert_cursor(&w, "c2");
	put(&w, "a line without one", "");
	assert_cursor(&w, "c2");
	world_close(&w);
}

TEST(a_torn_or_a_lost_segment_leaves_the_line_before)
{
	struct world w;
	char cursor[16], text[400];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	world_open(&w);
	for (int i = 0; i < 7; i++) {
		snprintf(cursor, sizeof(cursor), "c%d", i);
		put(&w, text, cursor);
	}
	assert_true(w.directory.count == 3);
	assert_cursor(&w, "c6");
	int last = open_segment(&w, 2), before = open_segment(&w, 1);
	assert_int_equal(ftruncate(last, 300), 0); /* within its only line */
	assert_cursor(&w, "c5");
	assert_int_equal(ftruncate(last, 0), 0); /* the host lost power */
	assert_cursor(&w, "c5");
	assert_int_equal(pwrite(before, "damage", 6, 0), 6); /* and a disk */
	assert_int_equal(pwrite(before, "damage", 6, 45), 6);
	assert_cursor(&w, "c2");
	close(last);
	close(before);
	world_close(&w);
}

TEST(a_damaged_bookmark_is_none)
{
	struct world w;
	world_open(&w);
	spool_cursor_mark(&w.directory, (struct str)STR("cursor"));
	int fd = openat(w.directory.fd, "bookmark", O_RDWR);
	assert_true(fd != -1);
	for (off_t at = 0; at < 17 + 6; at += 5) {
		char was, flipped;
		assert_int_equal(pread(fd, &was, 1, at), 1);
		flipped = was ^ 1;
		assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
		assert_cursor(&w, "-");
		assert_int_equal(pwrite(fd, &was, 1, at), 1);
	}
	assert_cursor(&w, "cursor");
	assert_int_equal(ftruncate(fd, 3), 0);
	assert_cursor(&w, "-");
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_cursor(&w, "-");
	close(fd);
	world_close(&w);
}

TEST(a_cursor_within_a_line_says_how_far)
{
	uint64_t from;
	struct str cursor =
	    whole_line_cursor((struct str)STR("s=1;i=2+1048576"), &from);
	assert_true(str_equal(cursor, (struct str)STR("s=1;i=2")));
	assert_true(from == 1048576);
	cursor = whole_line_cursor((struct str)STR("s=1;i=2"), &from);
	assert_true(str_equal(cursor, (struct str)STR("s=1;i=2")));
	assert_true(from == 0);
	cursor = whole_line_cursor((struct str)STR(""), &from);
	assert_true(cursor.len == 0 && from == 0);
}

TESTS(SPEC(the_last_line_says_it_and_before_there_is_one_the_bookmark),
    SPEC(a_torn_or_a_lost_segment_leaves_the_line_before),
    SPEC(a_damaged_bookmark_is_none), SPEC(a_cursor_within_a_line_says_how_far))
