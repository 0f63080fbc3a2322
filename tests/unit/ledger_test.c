#include "tests/unit/ledger_world.h"

#include "core/clock.h"
#include "core/store.h"

TEST(a_line_that_was_seen_is_not_written_again)
{
	start();
	take_number(0);
	take_number(1);
	take_number(0);
	settle();
	take_number(1);
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 0\nline 1\nline 2\n");
	assert_int_equal(stream_stats(s).repeats, 2);
	struct ledger_account a = ledger_account(stream_ledger(s));
	assert_int_equal(a.lines, 5);
	assert_int_equal(a.repeats, 2);
	assert_int_equal(a.chains, 1);
	assert_int_equal(a.holes, 0);
}

TEST(what_was_committed_is_known_after_a_restart)
{
	start();
	take_number(0);
	take_number(2);
	settle();
	start_again();
	assert_int_equal(ledger_account(stream_ledger(s)).holes, 1);
	assert_int_equal(ledger_account(stream_ledger(s)).lines, 2);
	take_number(0);
	take_number(1);
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 0\nline 2\nline 1\n");
	assert_int_equal(ledger_account(stream_ledger(s)).holes, 0);
	start_again();
	take_number(1);
	settle();
	assert_file("logs/x.log", "line 0\nline 2\nline 1\n");
}

TEST(a_dropped_line_leaves_no_hole_and_its_repeat_is_one)
{
	start();
	take_at("k", 0, 10, "one");
	take_at("k", 10, 20, "drop two");
	settle();
	start_again();
	take_at("k", 10, 20, "drop two");
	take_at("k", 20, 30, "three");
	settle();
	struct ledger_account a = ledger_account(stream_ledger(s));
	assert_int_equal(a.repeats, 1);
	assert_int_equal(a.holes, 0);
	assert_file("logs/x.log", "one\nthree\n");
}

TEST(only_drops_of_a_chain_are_in_the_ledger_before_their_tag)
{
	start();
	take_at("k", 0, 10, "drop one");
	settle();
	start_again();
	take_at("k", 0, 10, "drop one");
	settle();
	assert_int_equal(stream_stats(s).repeats, 1);
}

TEST(lines_of_no_chain_are_written_however_often)
{
	start();
	line.source = (struct str){ 0 };
	take_at("k", 0, 10, "bare");
	take_at("k", 0, 10, "bare");
	line.source = (struct str)STR(SOURCE);
	line.flags = RECORD_UNCHAINED;
	take_at("k", 0, 10, "unchained");
	take_at("k", 0, 10, "unchained");
	settle();
	assert_file("logs/x.log", "bare\nbare\nunchained\nunchained\n");
	assert_int_equal(ledger_account(stream_ledger(s)).unchained, 4);
	assert_int_equal(ledger_account(stream_ledger(s)).chains, 0);
}

TEST(claims_that_make_no_sense_are_written_and_counted)
{
	start();
	take_at("k", 10, 10, "prev is pos");
	take_at("k", 20, 10, "prev is beyond pos");
	take_at("k", 0, UINT64_MAX, "pos is no offset");
	take_at("", 0, 10, "no key");
	line.source = (struct str)STR("0123456789abcdef");
	take_at("k", 0, 10, "short source");
	line.source = (struct str)STR("0123456789ABCDEF0123456789ABCDEF");
	take_at("k", 0, 10, "large digits");
	static const char nothing[2 * SOURCE_ID_LEN];
	line.source = (struct str){ nothing, sizeof(nothing) };
	take_at("k", 0, 10, "no digits");
	settle();
	assert_int_equal(stream_stats(s).written, 7);
	assert_int_equal(ledger_account(stream_ledger(s)).unidentified, 7);
	assert_int_equal(ledger_account(stream_ledger(s)).chains, 0);
}

TEST(a_source_belongs_to_the_user_who_was_first)
{
	start();
	line.user = (struct str)STR("web");
	take_at("k", 0, 10, "one");
	line.user = (struct str)STR("mallory");
	take_at("k", 10, 100, "forged");
	take_at("other", 0, 10, "forged key");
	settle();
	start_again();
	take_at("k", 10, 100, "forged again");
	line.user = (struct str){ 0 };
	take_at("k", 10, 100, "forged by nobody");
	line.user = (struct str)STR("web");
	take_at("k", 10, 20, "two");
	take_at("k", 0, 10, "one");
	settle();
	assert_file("logs/x.log",
	    "one\nforged\nforged key\nforged again\nforged by nobody\ntwo\n");
	struct ledger_account a = ledger_account(stream_ledger(s));
	assert_int_equal(a.unidentified, 4);
	assert_int_equal(a.repeats, 1);
	assert_int_equal(a.chains, 1);
	assert_int_equal(a.holes, 0);
}

struct seen {
	unsigned count;
	uint64_t from, to;
};

static void
see_hole(void *owner, const struct ledger_range *hole)
{
	struct seen *seen = owner;
	assert_true(str_equal(hole->source, (struct str)STR(SOURCE)));
	assert_true(str_equal(hole->key, (struct str)STR("k")));
	assert_true(str_equal(hole->host, (struct str)STR("h")));
	assert_true(str_equal(hole->path, (struct str)STR("/var/log/in.log")));
	seen->count++;
	seen->from = hole->from;
	seen->to = hole->to;
}

static void
see_chain(void *owner, const struct ledger_chain *chain)
{
	struct seen *seen = owner;
	assert_true(str_equal(chain->source, (struct str)STR(SOURCE)));
	seen->count++;
	seen->from = chain->start;
	seen->to = chain->end;
}

TEST(holes_and_chains_can_be_asked_for)
{
	struct seen seen = { 0 };
	start();
	take_number(3);
	take_number(5);
	ledger_each_hole(stream_ledger(s), see_hole, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.from, 40);
	assert_int_equal(seen.to, 50);
	seen.count = 0;
	ledger_each_chain(stream_ledger(s), see_chain, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.from, 30);
	assert_int_equal(seen.to, 60);
	settle();
}

TEST(two_streams_know_nothing_of_each_other)
{
	start();
	take_number(0);
	settle();
	end();
	options.name = "../other %";
	start();
	take_number(0);
	settle();
	assert_file("logs/x.log", "line 0\nline 0\n");
	assert_int_equal(access("ledger/%2E.%2Fother%20%25.db", F_OK), 0);
	assert_int_equal(access("ledger/t.db", F_OK), 0);
}

TEST(nobody_else_may_look_and_links_are_refused)
{
	struct stat st;
	start();
	take_number(0);
	settle();
	assert_int_equal(lstat("ledger", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(lstat("ledger/t.db", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lstat("ledger/t.mark", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	end();
	assert_int_equal(rename("ledger", "elsewhere"), 0);
	assert_int_equal(symlink("elsewhere", "ledger"), 0);
	assert_null(
	    stream_new(&loop, &config, &options, on_committed, &config));
	unlink("ledger");
	assert_int_equal(mkdir("ledger", 0755), 0);
	assert_int_equal(symlink("../elsewhere/t.db", "ledger/t.db"), 0);
	assert_null(
	    stream_new(&loop, &config, &options, on_committed, &config));
	unlink("ledger/t.db");
	unlink("ledger/t.mark");
	assert_int_equal(symlink("../elsewhere/t.mark", "ledger/t.mark"), 0);
	assert_null(
	    stream_new(&loop, &config, &options, on_committed, &config));
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

TEST(a_ledger_that_cannot_be_written_holds_the_acknowledgement)
{
	start();
	take_number(0);
	settle();
	run_sql("CREATE TRIGGER no BEFORE INSERT ON chain"
		" BEGIN SELECT RAISE(ABORT, 'full'); END");
	take_number(1);
	stream_flush(s);
	run_until_errors(1);
	take_number(2);
	run_until_errors(2);
	assert_int_equal(committed, 1);
	/* The file was written once, and is not written again. */
	assert_file("logs/x.log", "line 0\nline 1\n");
	run_sql("DROP TRIGGER no");
	settle();
	assert_file("logs/x.log", "line 0\nline 1\nline 2\n");
	start_again();
	take_number(1);
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 0\nline 1\nline 2\n");
}

static void
bind_as(char *pattern, bool anew)
{
	struct string_list bindings = { &pattern, 1 };
	ledger_bound(stream_ledger(s), &bindings, anew);
	stream_flush(s);
	while (!stream_is_idle(s))
		uv_run(&loop, UV_RUN_ONCE);
}

TEST(since_when_a_stream_is_bound_outlives_it)
{
	static char err[] = "err.*", all[] = "#";
	start();
	assert_true(ledger_since(stream_ledger(s)) == INT64_MAX);
	bind_as(err, false);
	int64_t first = ledger_since(stream_ledger(s));
	assert_true(first <= clock_realtime());
	start_again();
	bind_as(err, false);
	assert_true(ledger_since(stream_ledger(s)) == first);
	/* Other bindings, or another queue, let other chains through. */
	bind_as(all, false);
	int64_t second = ledger_since(stream_ledger(s));
	assert_true(second > first);
	bind_as(all, true);
	assert_true(ledger_since(stream_ledger(s)) > second);
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		LEDGER(since_when_a_stream_is_bound_outlives_it),
		LEDGER(a_line_that_was_seen_is_not_written_again),
		LEDGER(what_was_committed_is_known_after_a_restart),
		LEDGER(a_dropped_line_leaves_no_hole_and_its_repeat_is_one),
		LEDGER(
		    only_drops_of_a_chain_are_in_the_ledger_before_their_tag),
		LEDGER(lines_of_no_chain_are_written_however_often),
		LEDGER(claims_that_make_no_sense_are_written_and_counted),
		LEDGER(a_source_belongs_to_the_user_who_was_first),
		LEDGER(holes_and_chains_can_be_asked_for),
		LEDGER(two_streams_know_nothing_of_each_other),
		LEDGER(nobody_else_may_look_and_links_are_refused),
		LEDGER(
		    a_ledger_that_cannot_be_written_holds_the_acknowledgement),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
