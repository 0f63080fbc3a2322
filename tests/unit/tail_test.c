/*
 * Files as the agent meets them: real files, a real checkpoint in a fresh
 * directory, and a window in place of the broker.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/tail.h"
#include "core/xalloc.h"
#include "record/encode.h"

struct world {
	char home[32];
	char *path;
	uv_loop_t loop;
	struct checkpoint *checkpoint;
	struct config config;
	struct input_options input;
	struct window *window;
	struct router *router;
	struct tail tail;
	struct buffer scratch;
	struct buffer lines; /* what was routed: "text|" each */
	uint64_t sent;
	struct record last; /* its numbers; the texts are gone */
};

static void
on_recorded(void *owner)
{
	(void)owner;
}

static void
open_checkpoint(struct world *w)
{
	w->config.weir.state = w->home;
	w->checkpoint =
	    checkpoint_open(&w->loop, &w->config, "", on_recorded, NULL);
	assert_non_null(w->checkpoint);
}

static void
close_checkpoint(struct world *w)
{
	checkpoint_close(w->checkpoint);
	uv_run(&w->loop, UV_RUN_DEFAULT);
}

static void
world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	strcpy(w->home, "/tmp/weir-tail-XXXXXX");
	assert_non_null(mkdtemp(w->home));
	w->path = xasprintf("%s/log", w->home);
	uv_loop_init(&w->loop);
	open_checkpoint(w);
	w->config.agent.routing_key = (char *)(uintptr_t) "k";
	w->config.agent.host = (char *)(uintptr_t) "h";
	w->input.name = w->input.program = (char *)(uintptr_t) "x";
	w->input.max_line = 1000;
	w->window = window_new(1 << 20, 1 << 20);
	w->router = router_new(&w->config, &w->input, w->window);
	assert_non_null(w->router);
}

static void
world_close(struct world *w)
{
	close_checkpoint(w);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	router_free(w->router);
	window_free(w->window);
	buffer_clear(&w->scratch);
	buffer_clear(&w->lines);
	char *command = xasprintf("rm -rf %s", w->home);
	assert_int_equal(system(command), 0);
	free(command);
	free(w->path);
}

static void
write_file(struct world *w, const char *mode, const char *text)
{
	FILE *f = fopen(w->path, mode);
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
start(struct world *w, bool at_end)
{
	struct identity identity;
	int fd = open(w->path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(identity_read(fd, &identity), 0);
	w->tail = (struct tail){ .input = &w->input,
		.checkpoint = w->checkpoint,
		.router = w->router };
	tail_open(&w->tail, fd, &identity, w->path, at_end);
}

/* The carrier confirms everything at once. */
static void
confirm(struct world *w)
{
	const struct sealed *line;
	while ((line = window_next(w->window)) != NULL) {
		struct record r;
		struct str bytes = { line->bytes, line->len };
		assert_int_equal(record_decode(bytes, &r), 0);
		buffer_append_str(&w->lines, r.body);
		buffer_append_byte(&w->lines, '|');
		w->last = r;
		w->sent = line->id;
	}
	window_settle(w->window, 1, w->sent);
}

static void
wait_recorded(struct world *w)
{
	while (!w->tail.source->recorded || !w->tail.source->cut_recorded)
		uv_run(&w->loop, UV_RUN_ONCE);
}

/* Read until there is nothing more, as the agent does. */
static void
drain(struct world *w)
{
	for (;;) {
		switch (tail_read(&w->tail, &w->scratch)) {
		case TAIL_MORE:
			break;
		case TAIL_WAITING:
			uv_run(&w->loop, UV_RUN_ONCE);
			break;
		case TAIL_IDLE:
			confirm(w);
			return;
		case TAIL_HELD_UP:
		case TAIL_FAILED:
			fail_msg("cannot read");
		}
	}
}

static void
expect(struct world *w, const char *lines)
{
	drain(w);
	struct str got = buffer_str(&w->lines);
	if (!str_equal(got, str_from(lines)))
		fail_msg("got " STR_FMT ", not %s", STR_ARG(got), lines);
	w->lines.len = 0;
}

TEST(lines_are_read_as_they_are_appended)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\ntwo\n");
	start(&w, false);
	expect(&w, "one|two|");
	expect(&w, "");
	write_file(&w, "a", "thr");
	expect(&w, "");
	write_file(&w, "a", "ee\nfour\n");
	expect(&w, "three|four|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_file_begun_at_its_end_gives_only_what_comes)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "old\n");
	start(&w, true);
	expect(&w, "");
	write_file(&w, "a", "new\n");
	expect(&w, "new|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_truncated_file_is_read_from_its_beginning)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\ntwo\n");
	start(&w, false);
	expect(&w, "one|two|");
	write_file(&w, "w", "x\n");
	expect(&w, "x|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_file_written_anew_to_the_same_size_or_more_is_recognised)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\ntwo\n");
	start(&w, false);
	expect(&w, "one|two|");
	write_file(&w, "w", "six\nten\nmore\n");
	expect(&w, "six|ten|more|");
	write_file(&w, "w", "SIX\nTEN\nMORE\n");
	expect(&w, "SIX|TEN|MORE|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(reading_goes_on_after_a_restart_where_it_was_confirmed)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\ntwo\n");
	start(&w, false);
	expect(&w, "one|two|");
	tail_close(&w.tail);
	close_checkpoint(&w);
	write_file(&w, "a", "three\n");
	open_checkpoint(&w);
	start(&w, false);
	expect(&w, "three|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(what_was_not_confirmed_is_read_again_after_a_restart)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\n");
	start(&w, false);
	expect(&w, "one|");
	write_file(&w, "a", "two\n");
	assert_int_equal(tail_read(&w.tail, &w.scratch), TAIL_IDLE);
	tail_close(&w.tail);
	close_checkpoint(&w); /* lets go of the unsettled line */
	window_free(w.window);
	w.window = window_new(1 << 20, 1 << 20);
	router_free(w.router);
	w.router = router_new(&w.config, &w.input, w.window);
	open_checkpoint(&w);
	start(&w, false);
	expect(&w, "two|");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_long_line_in_small_pieces_arrives_once_and_whole)
{
	struct world w;
	char text[10001];
	world_open(&w);
	w.input.max_line = 1 << 20;
	memset(text, 'x', 10000);
	text[10000] = '\0';
	write_file(&w, "w", "");
	start(&w, false);
	for (int i = 0; i < 20; i++) {
		write_file(&w, "a", text);
		expect(&w, "");
	}
	write_file(&w, "a", "end\nok\n");
	drain(&w);
	assert_int_equal(w.lines.len, 200000 + 3 + 1 + 3);
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_line_beyond_max_line_goes_out_in_parts_also_when_it_never_ends)
{
	struct world w;
	char text[2501];
	world_open(&w);
	memset(text, 'x', 2500);
	text[2500] = '\0';
	write_file(&w, "w", text);
	start(&w, false);
	drain(&w);
	assert_int_equal(w.lines.len, 2 * 1001);
	w.lines.len = 0;
	write_file(&w, "a", "\nok\n");
	drain(&w);
	assert_int_equal(w.lines.len, 501 + 3);
	tail_close(&w.tail);
	world_close(&w);
}

TEST(all_parts_of_a_line_have_the_level_of_its_head)
{
	struct world w;
	char text[1500];
	world_open(&w);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "[error] ", 8);
	w.input.severity = SEVERITY_INFO;
	write_file(&w, "w", text);
	start(&w, false);
	drain(&w);
	assert_int_equal(w.last.part, 1);
	assert_int_equal(w.last.severity, SEVERITY_ERR);
	tail_close(&w.tail); /* and on, as after a restart */
	write_file(&w, "a", text);
	start(&w, false);
	drain(&w);
	assert_int_equal(w.last.part, 2);
	assert_int_equal(w.last.severity, SEVERITY_ERR);
	write_file(&w, "a", "\nplain\n");
	drain(&w);
	assert_int_equal(w.last.part, 0);
	assert_int_equal(w.last.severity, SEVERITY_INFO);
	tail_close(&w.tail);
	world_close(&w);
}

TEST(the_end_of_a_file_without_lf_is_a_partial_line_once)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\nlast");
	start(&w, false);
	expect(&w, "one|");
	/* Where it is cut is durable before it is sent. */
	assert_false(tail_finish(&w.tail, &w.scratch));
	assert_int_equal(tail_read(&w.tail, &w.scratch), TAIL_WAITING);
	wait_recorded(&w);
	assert_true(tail_finish(&w.tail, &w.scratch));
	expect(&w, "last|");
	assert_true(tail_finish(&w.tail, &w.scratch));
	expect(&w, "");
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_line_cut_by_time_is_cut_there_again_after_a_kill)
{
	struct world w;
	world_open(&w);
	write_file(&w, "w", "one\nhalf");
	start(&w, false);
	expect(&w, "one|");
	assert_false(tail_finish(&w.tail, &w.scratch));
	wait_recorded(&w);
	assert_true(tail_finish(&w.tail, &w.scratch));
	/* It went out, nobody answered, and somebody wrote the rest. */
	tail_close(&w.tail);
	close_checkpoint(&w);
	window_free(w.window);
	router_free(w.router);
	write_file(&w, "a", " a line\ntwo\n");
	w.window = window_new(1 << 20, 1 << 20);
	w.router = router_new(&w.config, &w.input, w.window);
	open_checkpoint(&w);
	start(&w, false);
	expect(&w, "half| a line|two|");
	assert_int_equal(w.last.prev, 16);
	tail_close(&w.tail);
	world_close(&w);
}

TEST(a_read_links_each_line_to_the_one_before_it_under_its_key)
{
	struct world w;
	world_open(&w);
	w.config.agent.routing_key = (char *)(uintptr_t) "${severity}";
	router_free(w.router);
	w.router = router_new(&w.config, &w.input, w.window);
	write_file(&w, "w", "[error] a\n[info] b\n[error] c\n");
	start(&w, false);
	drain(&w);
	assert_int_equal(w.last.pos, 29);
	assert_int_equal(w.last.prev, 10);
	write_file(&w, "a", "[info] d\n");
	drain(&w);
	assert_int_equal(w.last.prev, 19);
	tail_close(&w.tail);
	world_close(&w);
}

TESTS(SPEC(lines_are_read_as_they_are_appended),
    SPEC(a_file_begun_at_its_end_gives_only_what_comes),
    SPEC(a_truncated_file_is_read_from_its_beginning),
    SPEC(a_file_written_anew_to_the_same_size_or_more_is_recognised),
    SPEC(reading_goes_on_after_a_restart_where_it_was_confirmed),
    SPEC(a_line_cut_by_time_is_cut_there_again_after_a_kill),
    SPEC(a_read_links_each_line_to_the_one_before_it_under_its_key),
    SPEC(what_was_not_confirmed_is_read_again_after_a_restart),
    SPEC(a_long_line_in_small_pieces_arrives_once_and_whole),
    SPEC(a_line_beyond_max_line_goes_out_in_parts_also_when_it_never_ends),
    SPEC(all_parts_of_a_line_have_the_level_of_its_head),
    SPEC(the_end_of_a_file_without_lf_is_a_partial_line_once))
