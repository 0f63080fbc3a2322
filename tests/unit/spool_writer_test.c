/*
 * Writing to a spool whose disk says no, or is slow.
 */
#include "tests/unit/spool_world.h"

static void
put(struct world *w, const char *text)
{
	static const struct str nobody;
	world_put(w, text, nobody);
}

static void
draft(struct world *w, const char *text)
{
	struct entry e = { .received = 7, .text = str_from(text) };
	spool_writer_draft(&w->writer, &e);
}

/* A pipe cannot be synced: it stands where the directory does. */
static void
fail_to_sync(struct world *w)
{
	int pipes[2], directory = w->directory.fd;
	assert_int_equal(pipe(pipes), 0);
	w->directory.fd = pipes[0];
	spool_writer_sync(&w->writer);
	w->directory.fd = directory;
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_true(w->writer.sync_failing);
	close(pipes[0]);
	close(pipes[1]);
}

/* All that was flushed, "text|" each. */
static void
expect(struct world *w, const char *lines)
{
	world_read(w, 0, w->writer.end);
	assert_int_equal(w->damaged, 0);
	world_expect(w, lines);
}

TEST(after_a_failed_sync_lines_go_to_another_segment)
{
	struct world w;
	world_open(&w);
	put(&w, "one");
	fail_to_sync(&w);
	put(&w, "two");
	assert_int_equal(w.directory.count, 2);
	expect(&w, "one|two|");
	world_close(&w);
}

TEST(a_segment_with_a_draft_alone_gives_its_name_back_when_its_sync_fails)
{
	struct world w;
	world_open(&w);
	draft(&w, "on");
	fail_to_sync(&w);
	assert_int_equal(w.directory.count, 0);
	put(&w, "one");
	draft(&w, "tw");
	fail_to_sync(&w);
	put(&w, "two");
	expect(&w, "one|two|");
	world_close(&w);
}

TEST(what_must_be_written_although_the_disk_is_behind_is_written)
{
	struct world w;
	world_open(&w);
	w.writer.segment_size = 1;
	for (int i = 0; i < SPOOL_SEALED; i++)
		put(&w, "x");
	assert_false(spool_writer_is_ready(&w.writer));
	put(&w, "the last one");
	put(&w, "and one more");
	expect(&w, "x|x|x|x|the last one|and one more|");
	world_close(&w);
}

/* Of a line in progress less may be left: what was text became a hole. */
TEST(a_line_may_be_shorter_than_its_draft)
{
	static const struct {
		const char *draft, *line;
	} rows[] = { { "abcdefgh", "abcdefg" }, { "abcdefgh", "" },
		{ "0123456789012345678901234567890123456789", "0" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct world w;
		world_open(&w);
		put(&w, "one");
		draft(&w, rows[i].draft);
		put(&w, rows[i].line);
		/* Killed here, and later: no piece of the draft is left. */
		world_read(&w, 0, UINT64_MAX);
		assert_int_equal(w.damaged, 0);
		put(&w, "two");
		world_read(&w, 0, UINT64_MAX);
		assert_int_equal(w.damaged, 0);
		assert_int_equal(w.last, w.writer.end);
		world_close(&w);
	}
}

TESTS(SPEC(after_a_failed_sync_lines_go_to_another_segment),
    SPEC(a_segment_with_a_draft_alone_gives_its_name_back_when_its_sync_fails),
    SPEC(a_line_may_be_shorter_than_its_draft),
    SPEC(what_must_be_written_although_the_disk_is_behind_is_written))
