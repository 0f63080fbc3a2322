/*
 * What nobody has any more counts as settled for who asks, and as nothing for
 * a line that comes after all.
 */
#include "tests/unit/ledger_world.h"

#include "collector/known.h"
#include "core/store.h"

static const struct str source = STR(SOURCE), key = STR("k");

/* What is asked for, as "10-30 40-50". */
static struct buffer asked;

static void
see(void *owner, const struct ledger_range *range)
{
	(void)owner;
	assert_true(str_equal(range->source, source));
	buffer_printf(&asked, "%s%d-%d", asked.len > 0 ? " " : "",
	    (int)range->from, (int)range->to);
}

static void
assert_asked(const char *expected)
{
	*buffer_room(&asked, 1) = '\0';
	assert_string_equal(asked.data, expected);
	buffer_clear(&asked);
}

static void
assert_holes(const char *expected)
{
	ledger_each_hole(stream_ledger(s), see, NULL);
	assert_asked(expected);
}

static void
assert_given_up(const char *expected)
{
	ledger_each_given_up(stream_ledger(s), see, NULL);
	assert_asked(expected);
}

static void
give_up(uint64_t from, uint64_t to)
{
	assert_true(ledger_give_up(stream_ledger(s), source, key, from, to));
}

/* Until it is on the disk. */
static void
flush(void)
{
	assert_false(stream_is_idle(s));
	stream_flush(s);
	while (!stream_is_idle(s))
		uv_run(&loop, UV_RUN_ONCE);
}

static struct ledger_account
account(void)
{
	return ledger_account(stream_ledger(s));
}

TEST(a_hole_that_is_given_up_is_settled_for_good)
{
	start();
	take_number(0);
	take_number(3);
	settle();
	give_up(10, 30);
	give_up(10, 30); /* who asks twice is not told otherwise */
	assert_holes("");
	flush();
	start_again();
	assert_holes("");
	assert_given_up("10-30");
	assert_int_equal(account().holes, 0);
	assert_int_equal(account().gone, 1);
}

TEST(a_line_that_comes_after_all_is_written_once)
{
	start();
	take_number(0);
	take_number(3);
	settle();
	give_up(10, 30);
	flush();
	start_again();
	take_number(1); /* another consumer had it all the time */
	take_number(1);
	settle();
	assert_holes("");
	assert_given_up("20-30");
	assert_file("logs/x.log", "line 0\nline 3\nline 1\n");
	take_number(2);
	settle();
	assert_given_up("");
	assert_file("logs/x.log", "line 0\nline 3\nline 1\nline 2\n");
	assert_int_equal(account().repeats, 1);
}

TEST(a_beginning_and_an_end_can_be_given_up_and_come_after_all)
{
	start();
	take_number(2);
	settle();
	give_up(0, 20);
	give_up(30, 50);
	assert_holes("");
	assert_given_up("0-20 30-50");
	flush();
	take_number(0);
	take_number(4);
	settle();
	/* What is between them is missing still, and given up. */
	assert_holes("");
	assert_given_up("10-20 30-40");
	assert_int_equal(account().holes, 0);
	/* What comes behind is not. */
	take_number(6);
	settle();
	assert_holes("50-60");
	assert_int_equal(account().holes, 1);
	assert_file("logs/x.log", "line 2\nline 0\nline 4\nline 6\n");
}

TEST(a_chain_of_which_nothing_came_can_be_given_up)
{
	start();
	give_up(0, 40);
	flush();
	start_again();
	assert_given_up("0-40");
	assert_int_equal(account().chains, 0);
	take_number(1);
	take_number(3);
	settle();
	assert_holes("");
	assert_given_up("0-10 20-30");
	assert_file("logs/x.log", "line 1\nline 3\n");
}

TEST(a_hole_of_which_a_part_is_given_up_is_open)
{
	start();
	take_number(0);
	take_number(5);
	settle();
	give_up(20, 30);
	flush();
	assert_holes("10-20 30-50");
	assert_int_equal(account().holes, 1);
	take_number(1);
	settle();
	assert_holes("30-50");
	take_number(3);
	settle();
	assert_holes("40-50");
	take_number(4);
	settle();
	assert_holes("");
	assert_int_equal(account().holes, 0);
	assert_given_up("20-30");
}

TEST(what_is_no_range_of_a_chain_is_not_given_up)
{
	struct str none = STR("x");
	char longest[257] = "";
	memset(longest, 'k', 256);
	start();
	take_number(0);
	settle();
	struct ledger *l = stream_ledger(s);
	assert_false(ledger_give_up(l, none, key, 10, 30));
	assert_false(ledger_give_up(l, source, (struct str)STR(""), 10, 30));
	assert_false(ledger_give_up(l, source, str_from(longest), 10, 30));
	assert_false(ledger_give_up(l, source, key, 30, 10));
	assert_false(ledger_give_up(l, source, key, 10, 10));
	assert_true(ledger_give_up(l, source, key, 0, 10)); /* it came */
	assert_int_equal(account().gone, 0);
	assert_true(stream_is_idle(s));
}

/* As somebody else at the same database. */
static void
run_sql(const char *sql)
{
	struct store *store = store_open("ledger/t.db", "", 1, 2);
	assert_non_null(store);
	assert_int_equal(store_run(store, sql), 0);
	store_close(store);
}

TEST(a_ledger_of_before_is_taken_up)
{
	start();
	take_number(0);
	take_number(3);
	settle();
	end();
	run_sql("DROP TABLE given_up; PRAGMA user_version = 1");
	start();
	assert_holes("10-30");
	give_up(10, 30);
	take_number(0);
	settle();
	start_again();
	assert_holes("");
	assert_file("logs/x.log", "line 0\nline 3\n");
}

TEST(what_is_damaged_of_it_is_missing_again)
{
	start();
	take_number(0);
	take_number(3);
	settle();
	give_up(10, 30);
	flush();
	end();
	run_sql("UPDATE given_up SET ranges = '10-31'");
	start();
	assert_holes("10-30");
}

/* -- without a disk -------------------------------------------------------- */

static struct known known;
static const unsigned char id[SOURCE_ID_LEN] = { 1 };

static int
known_set_up(void **state)
{
	(void)state;
	line = (struct record){ .source = STR("01" /* as `id` */
					      "000000000000000000000000000000"),
		.key = key,
		.host = STR("h"),
		.path = STR("/p") };
	known_init(&known, "t");
	return 0;
}

static int
known_tear_down(void **state)
{
	(void)state;
	known_clear(&known);
	return 0;
}

static void
note(uint64_t prev, uint64_t pos)
{
	line.prev = prev;
	line.pos = pos;
	known_note(&known, &line);
}

TEST(it_is_forgotten_with_its_chain)
{
	note(0, 10);
	note(30, 40);
	assert_int_equal(known.open, 1);
	known.activity = 100;
	assert_int_equal(
	    known_give_up(&known, id, key, (struct interval){ 10, 30 }), 1);
	assert_int_equal(known.open, 0);
	known_expire(&known, 100, 10);
	assert_non_null(known_find(&known, id, key));
	known_expire(&known, 101, 10);
	assert_null(known_find(&known, id, key));
	assert_null(known.given_up.table);
	assert_int_equal(known.given_up.ranges, 0);
	assert_int_equal(known.holes, 0);
}

TEST(it_is_kept_as_long_as_its_chain_is_in_use)
{
	note(0, 10);
	known_give_up(&known, id, key, (struct interval){ 10, 30 });
	known.activity = 100;
	note(30, 40);
	assert_int_equal(known.open, 0);
	known_expire(&known, 100, 10);
	assert_non_null(known.given_up.table);
}

TEST(without_a_chain_it_is_forgotten_by_itself)
{
	struct interval range = { 10, 30 };
	known.activity = 100;
	known_give_up(&known, id, key, range);
	known.activity = 200;
	known_give_up(&known, id, (struct str)STR("later"), range);
	known_expire(&known, 150, 10);
	assert_null(given_up_find(&known.given_up, id, key));
	assert_int_equal(known.given_up.ranges, 1);
	assert_int_equal(known.forgotten_count, 1);
	known_expire(&known, 201, 10);
	assert_null(known.given_up.table);
}

TEST(strangers_can_give_up_only_so_much)
{
	for (uint64_t i = 0; i < GIVEN_UP_MAX; i++)
		assert_int_equal(known_give_up(&known, id, key,
				     (struct interval){ 2 * i, 2 * i + 1 }),
		    1);
	assert_int_equal(known.given_up.ranges, GIVEN_UP_MAX);
	assert_int_equal(known_give_up(&known, id, (struct str)STR("x"),
			     (struct interval){ 0, 1 }),
	    -1);
}

#define KNOWN(name) \
	cmocka_unit_test_setup_teardown(name, known_set_up, known_tear_down)

int
main(void)
{
	const struct CMUnitTest specs[] = {
		LEDGER(a_hole_that_is_given_up_is_settled_for_good),
		LEDGER(a_line_that_comes_after_all_is_written_once),
		LEDGER(
		    a_beginning_and_an_end_can_be_given_up_and_come_after_all),
		LEDGER(a_chain_of_which_nothing_came_can_be_given_up),
		LEDGER(a_hole_of_which_a_part_is_given_up_is_open),
		LEDGER(what_is_no_range_of_a_chain_is_not_given_up),
		LEDGER(a_ledger_of_before_is_taken_up),
		LEDGER(what_is_damaged_of_it_is_missing_again),
		KNOWN(it_is_forgotten_with_its_chain),
		KNOWN(it_is_kept_as_long_as_its_chain_is_in_use),
		KNOWN(without_a_chain_it_is_forgotten_by_itself),
		KNOWN(strangers_can_give_up_only_so_much),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
