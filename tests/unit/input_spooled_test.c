/* An input over a spool, whose intake puts what the test says. */
#include "tests/unit/spooled_world.h"

#include "agent/input_spooled.h"

static struct intake {
	struct spool *spool;
	bool refuses, ended;
	int seconds, asked, closed;
} fake;

static void
put(const char *text)
{
	struct entry e = { .text = str_from(text) };
	spool_put(fake.spool, &e);
	spool_flush(fake.spool);
}

static struct intake *
fake_open(const struct input_context *context, struct spool *spool)
{
	assert_string_equal(context->options->name, "x");
	fake.spool = spool;
	return fake.refuses ? NULL : &fake;
}

static void
fake_second(struct intake *in)
{
	in->seconds++;
}

static bool
fake_ended(const struct intake *in)
{
	return in->ended;
}

static void
fake_status(const struct intake *in)
{
	(void)in;
	fake.asked++;
}

static void
fake_close(struct intake *in)
{
	in->closed++;
	put("last words");
}

static const struct intake_kind kind = { "fake", fake_open, fake_second,
	fake_ended, fake_status, fake_close };

static struct input *
start(struct world *w)
{
	fake = (struct intake){ .spool = NULL };
	struct input *in = input_spooled_open(&w->context, &kind);
	assert_non_null(in);
	return in;
}

/* Until it is known under a durable name nothing is routed. */
static void
read_all(struct world *w, struct input *in)
{
	while (!input_spooled.turn(in) && window_is_empty(w->window))
		uv_run(&w->loop, UV_RUN_ONCE);
	while (input_spooled.turn(in))
		;
	input_spooled.recorded(in);
	world_confirm(w);
}

TEST(it_is_finished_when_its_intake_ended_and_all_is_routed)
{
	struct world w;
	world_open(&w, INPUT_STDIN);
	struct input *in = start(&w);
	put("one");
	put("two");
	assert_false(input_spooled.finished(in));
	fake.ended = true;
	assert_false(input_spooled.finished(in));
	read_all(&w, in);
	world_expect(&w, "one|two|");
	assert_true(input_spooled.finished(in));
	input_spooled.close(in);
	world_close(&w);
}

TEST(last_words_of_an_intake_are_read_by_the_next_process)
{
	struct world w;
	world_open(&w, INPUT_STDIN);
	struct input *in = start(&w);
	put("one");
	read_all(&w, in);
	input_spooled.close(in);
	assert_int_equal(fake.closed, 1);
	world_stop(&w);
	world_expect(&w, "one|");
	world_start(&w);
	in = start(&w);
	read_all(&w, in);
	world_expect(&w, "last words|");
	input_spooled.close(in);
	world_close(&w);
}

TEST(an_intake_has_its_second_and_its_part_of_the_status)
{
	struct world w;
	world_open(&w, INPUT_STDIN);
	struct input *in = start(&w);
	while (fake.seconds == 0)
		uv_run(&w.loop, UV_RUN_ONCE);
	input_spooled.status(in);
	assert_int_equal(fake.asked, 1);
	input_spooled.close(in);
	world_close(&w);
}

TEST(an_intake_that_cannot_open_leaves_nothing_behind)
{
	struct world w;
	world_open(&w, INPUT_STDIN);
	fake = (struct intake){ .refuses = true };
	assert_null(input_spooled_open(&w.context, &kind));
	assert_int_equal(fake.closed, 0);
	world_close(&w);
}

TESTS(SPEC(it_is_finished_when_its_intake_ended_and_all_is_routed),
    SPEC(last_words_of_an_intake_are_read_by_the_next_process),
    SPEC(an_intake_has_its_second_and_its_part_of_the_status),
    SPEC(an_intake_that_cannot_open_leaves_nothing_behind))
