/*
 * Writing to a spool whose disk says no, or is slow.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool_reader.h"
#include "agent/spool_writer.h"
#include "core/xalloc.h"

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
put(struct world *w, const char *text)
{
	struct entry e = { .text = str_from(text) };
	spool_writer_put(&w->writer, &e);
	assert_int_equal(spool_writer_flush(&w->writer), 0);
}

static void
draft(struct world *w, const char *text)
{
	struct entry e = { .text = str_from(text) };
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
	struct spool_reader reader;
	struct entry e;
	struct buffer got = { 0 };
	spool_reader_init(&reader, &w->directory, 0);
	while (spool_reader_next(&reader, w->writer.end, &e) == SPOOL_ENTRY) {
		buffer_append_str(&got, e.text);
		buffer_append_byte(&got, '|');
	}
	if (!str_equal(buffer_str(&got), str_from(lines)))
		fail_msg("got " STR_FMT ", not %s", STR_ARG(buffer_str(&got)),
		    lines);
	spool_reader_clear(&reader);
	buffer_clear(&got);
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

TESTS(SPEC(after_a_failed_sync_lines_go_to_another_segment),
    SPEC(a_segment_with_a_draft_alone_gives_its_name_back_when_its_sync_fails),
    SPEC(what_must_be_written_although_the_disk_is_behind_is_written))
