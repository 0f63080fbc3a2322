/* What can be read again: a fake of it, whose pieces are numbers. */
#include "tests/unit/spooled_world.h"

#include "agent/input_spooled.h"
#include "agent/puller.h"
#include "agent/whole_line.h"

static struct intake {
	struct input_context context;
	struct spool *spool;
	struct puller *puller;
	int pipe[2];
	int at, end; /* numbers behind `at`, up to `end`, can be read */
	int opened, shut, events;
	bool cannot_open, cannot_read, cannot_watch;
} fake;

static void
fake_start(struct intake *in, struct buffer *cursor)
{
	buffer_printf(cursor, "%d", in->end);
}

static void
fake_resume(struct intake *in, struct str cursor, uint64_t from)
{
	char *number = str_copy(cursor);
	in->at = (int)strtol(number, NULL, 10);
	assert_int_equal(from, 0);
	free(number);
}

static int
fake_open_it(struct intake *in)
{
	in->opened++;
	if (!in->cannot_open)
		return in->pipe[0];
	puller_fail(in->puller);
	return -1;
}

static int
fake_event(struct intake *in)
{
	if (in->cannot_watch) {
		puller_fail(in->puller);
		return -1;
	}
	char byte;
	in->events += read(in->pipe[0], &byte, 1) == 1; /* it may be a second */
	return 0;
}

static enum pulled
fake_read(struct intake *in, size_t *size)
{
	char text[16];
	if (in->cannot_read) {
		puller_fail(in->puller);
		return PULLED_NONE;
	}
	if (in->at == in->end)
		return PULLED_ALL;
	snprintf(text, sizeof(text), "%d", ++in->at);
	struct whole_line line = { .text = str_from(text),
		.cursor = str_from(text) };
	whole_line_put(in->spool, &in->context, &line, 0);
	*size += line.text.len;
	return PULLED_SOME;
}

static void
fake_shut(struct intake *in)
{
	in->shut++;
}

static const struct puller_kind pulling = { fake_start, fake_resume,
	fake_open_it, fake_event, fake_read, fake_shut };

static struct intake *
fake_open(const struct input_context *context, struct spool *spool)
{
	fake.context = *context;
	fake.spool = spool;
	fake.puller = puller_new(context, spool, "fake", &pulling, &fake);
	assert_int_equal(puller_begin(fake.puller), 0);
	return &fake;
}

static void
fake_second(struct intake *in)
{
	puller_second(in->puller);
}

static bool
fake_ended(const struct intake *in)
{
	return puller_ended(in->puller);
}

static void
fake_close(struct intake *in)
{
	puller_free(in->puller);
}

static const struct intake_kind kind = { "fake", fake_open, fake_second,
	fake_ended, NULL, fake_close };

/* Up to `end` is there to be read when it is started. */
static struct input *
start(struct world *w, int end)
{
	fake = (struct intake){ .end = end };
	assert_int_equal(pipe(fake.pipe), 0);
	struct input *in = input_spooled_open(&w->context, &kind);
	assert_non_null(in);
	return in;
}

static void
stop(struct input *in)
{
	input_spooled.close(in);
	close(fake.pipe[0]);
	close(fake.pipe[1]);
}

/* All that is there is read, spooled and routed. */
static void
read_all(struct world *w, struct input *in)
{
	while (fake.at < fake.end || !input_spooled.finished(in)) {
		uv_run(&w->loop, UV_RUN_ONCE);
		while (input_spooled.turn(in))
			;
	}
	world_confirm(w);
}

TEST(it_begins_where_start_says_and_goes_on_behind_what_is_spooled)
{
	struct world w;
	world_open(&w, INPUT_KMSG);
	struct input *in = start(&w, 7); /* never was: at the end */
	read_all(&w, in);
	world_expect(&w, "");
	stop(in);
	world_stop(&w);
	world_start(&w);
	in = start(&w, 10);
	read_all(&w, in);
	world_expect(&w, "8|9|10|");
	fake.end = 11;
	assert_int_equal(write(fake.pipe[1], "!", 1), 1);
	read_all(&w, in);
	world_expect(&w, "11|");
	assert_int_equal(fake.events, 1);
	stop(in);
	world_stop(&w);
	world_start(&w);
	in = start(&w, 12);
	read_all(&w, in);
	world_expect(&w, "12|");
	stop(in);
	world_close(&w);
}

TEST(what_cannot_be_opened_or_read_is_tried_again_each_second)
{
	struct world w;
	world_open(&w, INPUT_KMSG);
	struct input *in = start(&w, 0);
	fake.end = 1;
	fake.cannot_read = true;
	while (!puller_is_failing(fake.puller))
		uv_run(&w.loop, UV_RUN_ONCE);
	assert_int_equal(fake.shut, 1);
	assert_true(puller_ended(fake.puller));
	fake.cannot_open = true;
	fake.cannot_read = false;
	puller_second(fake.puller);
	puller_second(fake.puller);
	assert_int_equal(fake.opened, 3);
	assert_int_equal(w.failures, 3);
	fake.cannot_open = false;
	fake.cannot_watch = true;
	puller_second(fake.puller);
	puller_second(fake.puller);
	assert_true(puller_is_failing(fake.puller));
	fake.cannot_watch = false;
	puller_second(fake.puller);
	assert_false(puller_is_failing(fake.puller));
	read_all(&w, in);
	world_expect(&w, "1|");
	stop(in);
	world_close(&w);
}

TEST(a_full_spool_is_waited_for)
{
	struct world w;
	world_open(&w, INPUT_KMSG);
	w.input.spool_max = 5000; /* some seventy lines */
	struct input *in = start(&w, 0);
	fake.end = 1000;
	while (fake.at == 0 || spool_has_room(fake.spool))
		uv_run(&w.loop, UV_RUN_ONCE);
	int full = fake.at;
	assert_true(full < 1000);
	puller_second(fake.puller);
	uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(fake.at, full);
	w.input.spool_max = 1 << 20;
	puller_second(fake.puller);
	read_all(&w, in);
	assert_int_equal(fake.at, 1000);
	stop(in);
	world_close(&w);
}

TESTS(SPEC(it_begins_where_start_says_and_goes_on_behind_what_is_spooled),
    SPEC(what_cannot_be_opened_or_read_is_tried_again_each_second),
    SPEC(a_full_spool_is_waited_for))
