#include "tests/unit/stream_world.h"

#include "collector/sink.h"

TEST(lines_come_out_in_order_and_then_their_tag)
{
	start();
	take("one");
	take("");
	take("three\r");
	assert_int_equal(stream_in_hand(s), 4 + 1 + 7);
	assert_false(stream_is_idle(s));
	assert_int_equal(calls, 0);
	settle();
	assert_file("logs/x.log", "one\n\nthree\r\n");
	assert_int_equal(calls, 1);
	assert_int_equal(stream_stats(s).bytes_written, 12);
}

TEST(a_dropped_record_is_committed_with_those_around_it)
{
	start();
	take("one");
	take("drop this");
	settle();
	assert_file("logs/x.log", "one\n");
	assert_int_equal(stream_stats(s).dropped, 1);
	assert_int_equal(calls, 1);
}

TEST(only_drops_are_committed_without_touching_a_disk)
{
	start();
	take("drop 1");
	take("drop 2");
	stream_flush(s);
	assert_int_equal(calls, 0);
	settle();
	assert_int_equal(calls, 1);
	assert_int_equal(access("logs", F_OK), -1);
}

TEST(a_commit_of_the_ledger_alone_is_told_too)
{
	static const struct string_list bindings = { NULL, 0 };
	start();
	ledger_bound(stream_ledger(s), &bindings, true);
	assert_false(stream_is_idle(s));
	stream_flush(s);
	while (calls == 0)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(committed, 0);
	assert_true(stream_is_idle(s));
}

static uv_sem_t gate;

/* A disk that takes its time, as long as the test wants. */
static int
sync_at_gate(int fd)
{
	uv_sem_wait(&gate);
	return fdatasync(fd);
}

TEST(records_taken_during_a_commit_wait_for_the_next)
{
	uv_sem_init(&gate, 0);
	sink_file_sync = sync_at_gate;
	start();
	take("one");
	stream_flush(s);
	uv_run(&loop, UV_RUN_ONCE);
	take("two");
	take("drop three");
	stream_flush(s);
	for (int i = 0; i < 10; i++)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(calls, 0);
	assert_int_equal(stream_in_hand(s), 8);
	uv_sem_post(&gate);
	while (calls == 0)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(committed, 1);
	assert_int_equal(stream_in_hand(s), 4);
	uv_sem_post(&gate);
	settle();
	assert_int_equal(calls, 2);
	assert_file("logs/x.log", "one\ntwo\n");
	sink_file_sync = fdatasync;
	uv_sem_destroy(&gate);
}

TEST(two_mib_do_not_wait_for_the_timer)
{
	struct stat st = { 0 };
	char *big = calloc(1, (2 << 20) + 1);
	memset(big, 'x', 2 << 20);
	start();
	take(big);
	/* It is written although the loop did not run. */
	uint64_t limit = uv_hrtime() + 10 * UINT64_C(1000000000);
	while (st.st_size == 0 && uv_hrtime() < limit)
		stat("logs/x.log", &st);
	assert_true(st.st_size > 0);
	assert_int_equal(calls, 0);
	settle();
	assert_int_equal(stream_stats(s).bytes_written, (2 << 20) + 1);
	free(big);
}

TEST(many_records_over_many_commits_are_all_there_once)
{
	enum {
		COUNT = 200000
	};
	char line[32];
	start();
	for (int i = 0; i < COUNT; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		take(line);
		if (i % 1000 == 0)
			uv_run(&loop, UV_RUN_NOWAIT);
	}
	settle();
	assert_true(calls > 1);
	FILE *f = fopen("logs/x.log", "r");
	for (int i = 0; i < COUNT; i++) {
		int number = -1;
		assert_int_equal(fscanf(f, "line %d\n", &number), 1);
		assert_int_equal(number, i);
	}
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

TEST(nothing_is_committed_until_a_failing_write_succeeds)
{
	options.path = "logs/${host}/x.log";
	start();
	assert_int_equal(mkdir("logs", 0700), 0);
	assert_int_equal(symlink("/tmp", "logs/bad"), 0);
	take_from("good", "one");
	take_from("bad", "two");
	stream_flush(s);
	run_until_errors(1);
	take_from("good", "three");
	stream_flush(s);
	run_until_errors(2);
	assert_int_equal(calls, 0);
	assert_int_equal(stream_in_hand(s), 4 + 4 + 6);
	unlink("logs/bad");
	stream_flush(s);
	settle();
	assert_int_equal(calls, 2);
	assert_file("logs/good/x.log", "one\nthree\n");
	assert_file("logs/bad/x.log", "two\n");
}

TEST(a_failing_write_is_tried_again_without_being_asked)
{
	start();
	assert_int_equal(close(open("logs", O_CREAT | O_WRONLY, 0600)), 0);
	take("one");
	run_until_errors(2);
	unlink("logs");
	settle();
	assert_file("logs/x.log", "one\n");
}

TEST(freeing_a_stream_with_records_in_hand_commits_nothing)
{
	start();
	take("one");
	stream_flush(s);
	uv_run(&loop, UV_RUN_NOWAIT);
	take("two");
	stream_free(s);
	s = NULL;
	uv_run(&loop, UV_RUN_NOWAIT);
	assert_true(committed <= 1);
}

WORLDS(WORLD(lines_come_out_in_order_and_then_their_tag),
    WORLD(a_dropped_record_is_committed_with_those_around_it),
    WORLD(only_drops_are_committed_without_touching_a_disk),
    WORLD(a_commit_of_the_ledger_alone_is_told_too),
    WORLD(records_taken_during_a_commit_wait_for_the_next),
    WORLD(two_mib_do_not_wait_for_the_timer),
    WORLD(many_records_over_many_commits_are_all_there_once),
    WORLD(nothing_is_committed_until_a_failing_write_succeeds),
    WORLD(a_failing_write_is_tried_again_without_being_asked),
    WORLD(freeing_a_stream_with_records_in_hand_commits_nothing))
