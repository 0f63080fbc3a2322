/* Where a journal is read on: what the spool says, whatever became of it. */
#include "tests/unit/spool_world.h"

#include <sys/stat.h>
#include <unistd.h>

#include "agent/spool_cursor.h"
#include "agent/whole_line.h"
#include "record/attributes.h"

static void
put(struct world *w, const char *text, const char *cursor)
{
	struct buffer origin = { 0 };
	attributes_put(&origin, ATTRIBUTE_CURSOR, str_from(cursor));
	world_put(w, text, buffer_str(&origin));
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
	w.writer.segment_size = 1000;
	for (int i = 0; i < 7; i++) {
		snprintf(cursor, sizeof(cursor), "c%d", i);
		put(&w, text, cursor);
	}
	assert_true(w.directory.count == 3);
	assert_cursor(&w, "c6");
	int last = world_segment(&w, 2, O_RDWR),
	    before = world_segment(&w, 1, O_RDWR);
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
	/* Nobody writes to it: that is not waited for. */
	assert_int_equal(unlinkat(w.directory.fd, "bookmark", 0), 0);
	assert_int_equal(mkfifoat(w.directory.fd, "bookmark", 0600), 0);
	assert_cursor(&w, "-");
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
