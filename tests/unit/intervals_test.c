#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/intervals.h"

static unsigned closed_count;
static struct interval closed_last;

static void
on_closed(void *owner, uint64_t from, uint64_t to)
{
	(void)owner;
	closed_count++;
	closed_last = (struct interval){ from, to };
}

/* As a line that arrives; true if it is new. */
static bool
arrive(struct intervals *u, uint64_t prev, uint64_t pos)
{
	bool is_new = !intervals_has(u, pos);
	bool changed = intervals_add(
	    u, (struct interval){ prev, pos }, 7, on_closed, NULL);
	assert_true(changed || !is_new);
	assert_true(intervals_has(u, pos));
	return is_new;
}

static void
assert_union(const struct intervals *u, const char *expected)
{
	struct buffer b = { 0 };
	intervals_print(u, &b);
	*buffer_room(&b, 1) = '\0';
	assert_string_equal(b.data, expected);
	buffer_clear(&b);
}

TEST(lines_in_order_are_one_interval_without_memory)
{
	struct intervals u = { 0 };
	assert_false(intervals_has(&u, 1));
	assert_true(arrive(&u, 100, 110));
	assert_true(arrive(&u, 110, 140));
	assert_true(arrive(&u, 140, 141));
	assert_union(&u, "100-141");
	assert_null(u.lower);
	assert_false(arrive(&u, 110, 140));
	assert_union(&u, "100-141");
}

TEST(a_gap_is_a_hole_until_its_lines_come)
{
	struct intervals u = { 0 };
	arrive(&u, 0, 10);
	assert_true(arrive(&u, 30, 40));
	assert_int_equal(u.count, 1);
	assert_int_equal(intervals_hole(&u, 0).from, 10);
	assert_int_equal(intervals_hole(&u, 0).to, 30);
	/* What was lost comes late: it is new although it is not highest. */
	assert_true(arrive(&u, 10, 20));
	assert_union(&u, "0-20 30-40");
	assert_false(arrive(&u, 10, 20));
	assert_true(arrive(&u, 20, 30));
	assert_union(&u, "0-40");
	assert_null(u.lower);
}

TEST(below_the_first_start_is_new)
{
	struct intervals u = { 0 };
	arrive(&u, 100, 110);
	assert_true(arrive(&u, 40, 50));
	assert_union(&u, "40-50 100-110");
	assert_int_equal(intervals_start(&u), 40);
	assert_true(arrive(&u, 50, 100));
	assert_union(&u, "40-110");
	intervals_clear(&u);
}

TEST(a_repeat_with_another_prev_is_merged)
{
	struct intervals u = { 0 };
	arrive(&u, 0, 10);
	arrive(&u, 20, 30);
	/* Sent again after a change of keys: nothing between 5 and 30. */
	assert_false(arrive(&u, 5, 30));
	assert_union(&u, "0-30");
	intervals_clear(&u);
}

TEST(only_holes_that_were_said_are_said_to_be_closed)
{
	struct intervals u = { 0 };
	closed_count = 0;
	arrive(&u, 0, 10);
	arrive(&u, 20, 30);
	arrive(&u, 40, 50);
	u.lower[1].is_said = true;
	arrive(&u, 10, 20);
	assert_int_equal(closed_count, 0);
	assert_int_equal(u.count, 1);
	arrive(&u, 34, 36); /* both halves were said */
	arrive(&u, 30, 34);
	arrive(&u, 36, 40);
	assert_int_equal(closed_count, 2);
	assert_int_equal(closed_last.from, 36);
	assert_int_equal(closed_last.to, 40);
	assert_union(&u, "0-50");
}

TEST(forgetting_the_lowest_takes_nothing_for_seen)
{
	struct intervals u = { 0 };
	arrive(&u, 0, 10);
	arrive(&u, 20, 30);
	intervals_forget_lowest(&u);
	assert_union(&u, "20-30");
	assert_true(arrive(&u, 10, 20));
	assert_true(arrive(&u, 0, 10));
	assert_union(&u, "0-30");
}

TEST(what_is_printed_reads_back_and_nothing_else_does)
{
	static const char *const bad[] = { "", " ", "1", "1-", "-1", "5-5",
		"6-5", "1-x", "1-2 2-3", "1-5 4-9", "5-6 1-2",
		"1-9223372036854775808", "1-99999999999999999999999", "1--2x",
		"+1-2", "1-2-3" };
	struct intervals u = { 0 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(intervals_parse(str_from(bad[i]), 0, &u), -1);
		assert_int_equal(u.top.to, 0);
	}
	const char *good = "0-120 200-360 400-9223372036854775807";
	assert_int_equal(intervals_parse(str_from(good), 9, &u), 0);
	assert_union(&u, good);
	assert_int_equal(u.lower[0].opened, 9);
	intervals_clear(&u);
}

enum {
	WIDTH = 200
};

/* The same, the slow way: every position by itself. */
static void
compare(const struct intervals *u, const bool *seen)
{
	for (uint64_t pos = 1; pos <= WIDTH; pos++)
		assert_int_equal(intervals_has(u, pos), seen[pos]);
	for (uint32_t i = 0; i < u->count; i++) {
		struct interval hole = intervals_hole(u, i);
		assert_true(hole.from < hole.to);
	}
}

TEST(any_intervals_in_any_order_are_what_a_set_says)
{
	unsigned seed = (unsigned)getpid();
	printf("seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 2000; round++) {
		struct intervals u = { 0 };
		bool seen[WIDTH + 1] = { false };
		for (int i = 0; i < 40; i++) {
			uint64_t from = (uint64_t)random() % WIDTH;
			uint64_t to = from + 1 + (uint64_t)random() % 20;
			to = to > WIDTH ? WIDTH : to;
			bool is_new = arrive(&u, from, to);
			assert_int_equal(is_new, !seen[to]);
			for (uint64_t p = from + 1; p <= to; p++)
				seen[p] = true;
			compare(&u, seen);
		}
		intervals_clear(&u);
	}
}

static void
on_piece(void *owner, struct interval piece)
{
	bool *missing = owner;
	assert_true(piece.from < piece.to);
	for (uint64_t p = piece.from + 1; p <= piece.to; p++) {
		assert_false(missing[p]);
		missing[p] = true;
	}
}

TEST(what_is_missing_of_a_range_is_what_a_set_says)
{
	unsigned seed = (unsigned)getpid() + 2;
	printf("seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 2000; round++) {
		struct intervals u = { 0 };
		for (long i = random() % 8; i > 0; i--) {
			uint64_t from = (uint64_t)random() % (WIDTH - 40);
			arrive(&u, from, from + 1 + (uint64_t)random() % 40);
		}
		uint64_t from = (uint64_t)random() % WIDTH;
		uint64_t to =
		    from + 1 + (uint64_t)random() % (uint64_t)(WIDTH - from);
		bool missing[WIDTH + 1] = { false }, any = false;
		intervals_each_missing(
		    &u, (struct interval){ from, to }, on_piece, missing);
		for (uint64_t p = 0; p <= WIDTH; p++) {
			bool wanted =
			    p > from && p <= to && !intervals_has(&u, p);
			assert_int_equal(missing[p], wanted);
			any |= wanted;
		}
		assert_int_equal(
		    intervals_has_all(&u, (struct interval){ from, to }), !any);
		intervals_clear(&u);
	}
}

TEST(in_whatever_order_and_however_often_each_line_is_new_once)
{
	unsigned seed = (unsigned)getpid() + 1;
	printf("seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 500; round++) {
		enum {
			LINES = 60
		};
		uint64_t pos[LINES + 1] = { (uint64_t)random() % 1000 };
		unsigned new[LINES] = { 0 };
		struct intervals u = { 0 };
		for (int i = 1; i <= LINES; i++)
			pos[i] = pos[i - 1] + 1 + (uint64_t)random() % 50;
		/* Some at random, then all of them. */
		for (int i = 0; i < 4 * LINES; i++) {
			int line = i < 3 * LINES ? (int)(random() % LINES)
						 : i - 3 * LINES;
			new[line] += arrive(&u, pos[line], pos[line + 1]);
		}
		for (int i = 0; i < LINES; i++)
			assert_int_equal(new[i], 1);
		assert_int_equal(u.count, 0);
		intervals_clear(&u);
	}
}

TESTS(SPEC(lines_in_order_are_one_interval_without_memory),
    SPEC(a_gap_is_a_hole_until_its_lines_come),
    SPEC(below_the_first_start_is_new),
    SPEC(a_repeat_with_another_prev_is_merged),
    SPEC(only_holes_that_were_said_are_said_to_be_closed),
    SPEC(forgetting_the_lowest_takes_nothing_for_seen),
    SPEC(what_is_printed_reads_back_and_nothing_else_does),
    SPEC(any_intervals_in_any_order_are_what_a_set_says),
    SPEC(what_is_missing_of_a_range_is_what_a_set_says),
    SPEC(in_whatever_order_and_however_often_each_line_is_new_once))
