#include "tests/unit/unit.h"

#include "agent/window.h"
#include "record/encode.h"

struct rig {
	struct source *source;
	struct window *window;
	uint64_t offset;
};

static const struct identity none = { 0 };

static void
rig_open(struct rig *r, size_t limit)
{
	r->source = source_new("in", &none, "/x");
	r->window = window_new(limit, limit);
	r->offset = 0;
}

static void
rig_close(struct rig *r)
{
	window_free(r->window);
	source_free(r->source);
}

/* One read that gave `lines` lines of ten bytes. */
static void
read_lines(struct rig *r, int lines)
{
	struct span *span = span_open(r->source);
	struct record record = { .body = STR("nine bytes") };
	for (int i = 0; i < lines; i++) {
		r->offset += 10;
		record.pos = r->offset;
		window_add(r->window, &record, span);
	}
	struct position end = { .offset = r->offset };
	span_close(span, &end);
}

static void
send_all(struct rig *r)
{
	while (window_next(r->window) != NULL)
		;
}

TEST(a_late_confirmation_holds_back_everything_after_it)
{
	struct rig r;
	rig_open(&r, 1 << 20);
	read_lines(&r, 2);
	read_lines(&r, 2);
	send_all(&r);
	window_settle(r.window, 2, 4);
	assert_int_equal(r.source->safe.offset, 0);
	window_settle(r.window, 1, 1);
	assert_int_equal(r.source->safe.offset, 40);
	assert_true(window_is_empty(r.window));
	assert_true(source_is_settled(r.source));
	rig_close(&r);
}

TEST(a_read_of_which_nothing_was_kept_moves_safe_once_those_before_did)
{
	struct rig r;
	rig_open(&r, 1 << 20);
	read_lines(&r, 1);
	r.offset += 30; /* three lines, all filtered */
	read_lines(&r, 0);
	assert_int_equal(r.source->safe.offset, 0);
	send_all(&r);
	window_settle(r.window, 1, 1);
	assert_int_equal(r.source->safe.offset, 40);
	rig_close(&r);
}

TEST(a_new_session_sends_what_is_unsettled_again_in_order)
{
	struct rig r;
	rig_open(&r, 1 << 20);
	read_lines(&r, 4);
	send_all(&r);
	window_settle(r.window, 2, 2);
	window_rewind(r.window);
	assert_int_equal(window_next(r.window)->id, 1);
	assert_int_equal(window_next(r.window)->id, 3);
	assert_int_equal(window_next(r.window)->id, 4);
	assert_null(window_next(r.window));
	rig_close(&r);
}

TEST(a_refused_line_is_sent_again_under_a_new_id_when_its_time_has_come)
{
	struct rig r;
	rig_open(&r, 1 << 20);
	read_lines(&r, 3);
	send_all(&r);
	window_refuse(r.window, 2, 2);
	assert_null(window_next(r.window));
	window_settle(r.window, 1, 1);
	window_retry(r.window);
	assert_int_equal(window_next(r.window)->id, 4); /* the 2nd, anew */
	assert_null(window_next(r.window));
	window_settle(r.window, 2, 3); /* late, and for nobody any more */
	assert_int_equal(r.source->safe.offset, 0);
	window_settle(r.window, 4, 4);
	assert_int_equal(r.source->safe.offset, 30);
	rig_close(&r);
}

TEST(answers_for_what_was_not_sent_are_ignored)
{
	struct rig r;
	rig_open(&r, 1 << 20);
	read_lines(&r, 2);
	window_settle(r.window, 1, UINT64_MAX);
	assert_int_equal(window_stats(r.window).lines, 2);
	assert_int_equal(window_next(r.window)->id, 1);
	window_settle(r.window, 1, UINT64_MAX);
	assert_int_equal(window_stats(r.window).lines, 1);
	rig_close(&r);
}

TEST(the_window_is_full_at_its_limit_and_has_room_when_lines_settle)
{
	struct rig r;
	rig_open(&r, 200000);
	while (!window_is_full(r.window))
		read_lines(&r, 10);
	assert_true(window_stats(r.window).bytes < 210000);
	send_all(&r);
	window_settle(r.window, 1, window_stats(r.window).lines / 2);
	assert_false(window_is_full(r.window));
	rig_close(&r);
}

/* One line under `key`. */
static void
read_key(struct rig *r, const char *key)
{
	struct span *span = span_open(r->source);
	struct record record = { .body = STR("nine bytes"),
		.key = str_from(key) };
	record.pos = r->offset += 10;
	window_add(r->window, &record, span);
	struct position end = { .offset = r->offset };
	span_close(span, &end);
}

/* Send all there is; the pos of each under its id, and the last id. */
static uint64_t
send_noting(struct rig *r, uint64_t *positions)
{
	const struct sealed *line;
	struct record record;
	uint64_t last = 0;
	while ((line = window_next(r->window)) != NULL) {
		assert_int_equal(
		    record_decode(
			(struct str){ line->bytes, line->len }, &record),
		    0);
		positions[line->id] = record.pos;
		last = line->id;
	}
	return last;
}

TEST(a_returned_line_holds_its_key_and_no_other)
{
	struct rig r;
	uint64_t positions[32] = { 0 };
	rig_open(&r, 1 << 20);
	read_key(&r, "err");
	read_key(&r, "info");
	read_key(&r, "err");
	assert_int_equal(send_noting(&r, positions), 3);
	window_hold(r.window, 1);
	read_key(&r, "err"); /* never sent, and behind the one under way */
	window_hold(r.window, 3);
	read_key(&r, "info");
	assert_int_equal(send_noting(&r, positions), 4);
	window_settle(r.window, 2, 4);
	assert_true(window_is_empty(r.window));
	assert_int_equal(window_stats(r.window).held, 3);
	assert_int_equal(r.source->safe.offset, 0);
	/* Tried in vain, it is the first one still. */
	window_try_held(r.window);
	assert_int_equal(send_noting(&r, positions), 5);
	window_try_held(r.window);
	assert_int_equal(send_noting(&r, positions), 0);
	window_hold(r.window, 5);
	/* It gets through: the others follow in their order. */
	window_try_held(r.window);
	assert_int_equal(send_noting(&r, positions), 6);
	window_settle(r.window, 6, 6);
	assert_int_equal(send_noting(&r, positions), 8);
	assert_int_equal(positions[6], 10);
	assert_int_equal(positions[7], 30);
	assert_int_equal(positions[8], 40);
	window_settle(r.window, 7, 8);
	assert_int_equal(window_stats(r.window).held, 0);
	assert_int_equal(r.source->safe.offset, 50);
	rig_close(&r);
}

TEST(a_source_with_enough_lines_held_is_held_up_alone)
{
	struct rig r;
	uint64_t positions[32] = { 0 };
	struct source *other = source_new("in", &none, "/y");
	rig_open(&r, 400);
	read_key(&r, "err");
	send_noting(&r, positions);
	assert_false(window_holds_up(r.window, r.source));
	window_hold(r.window, 1);
	for (int i = 0; i < 3; i++)
		read_key(&r, "err");
	assert_true(window_holds_up(r.window, r.source));
	assert_false(window_holds_up(r.window, other));
	assert_false(window_is_full(r.window));
	source_free(other);
	rig_close(&r);
}

TESTS(SPEC(a_returned_line_holds_its_key_and_no_other),
    SPEC(a_source_with_enough_lines_held_is_held_up_alone),
    SPEC(a_late_confirmation_holds_back_everything_after_it),
    SPEC(a_read_of_which_nothing_was_kept_moves_safe_once_those_before_did),
    SPEC(a_new_session_sends_what_is_unsettled_again_in_order),
    SPEC(a_refused_line_is_sent_again_under_a_new_id_when_its_time_has_come),
    SPEC(answers_for_what_was_not_sent_are_ignored),
    SPEC(the_window_is_full_at_its_limit_and_has_room_when_lines_settle))
