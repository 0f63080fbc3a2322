#include "tests/unit/ledger_world.h"

#include <errno.h>
#include <sys/file.h>

#include "collector/sink.h"

TEST(what_a_killed_collector_wrote_and_did_not_commit_is_cut_off)
{
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	write_text("logs/x.log", "half a li", "a");
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\n");
	assert_file("logs/x.log.cut", "line 1\nhalf a li");
	/* It was never acknowledged, and comes again. */
	take_number(0);
	take_number(1);
	settle();
	assert_file("logs/x.log", "line 0\nline 1\n");
	struct stat st;
	assert_int_equal(stat("logs/x.log.cut", &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
}

static uv_sem_t at_sync, go;

/* Stops between the write and the ledger's transaction. */
static int
sync_at_gate(int fd)
{
	uv_sem_post(&at_sync);
	uv_sem_wait(&go);
	return fdatasync(fd);
}

TEST(the_first_write_of_all_can_be_taken_back_too)
{
	uv_sem_init(&at_sync, 0);
	uv_sem_init(&go, 0);
	mkdir("logs", 0700);
	write_text("logs/x.log", "older\n", "w");
	start();
	sink_file_sync = sync_at_gate;
	take_number(0);
	stream_flush(s);
	uv_run(&loop, UV_RUN_ONCE);
	uv_sem_wait(&at_sync);
	assert_file("logs/x.log", "older\nline 0\n");
	keep_ledger();
	sink_file_sync = fdatasync;
	uv_sem_post(&go);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "older\n");
	assert_file("logs/x.log.cut", "line 0\n");
	take_number(0);
	settle();
	assert_file("logs/x.log", "older\nline 0\n");
	uv_sem_destroy(&at_sync);
	uv_sem_destroy(&go);
}

TEST(outputs_that_are_not_written_again_are_cut_as_well)
{
	options.path = "logs/${host}/x.log";
	start();
	take_number(0);
	line.host = (struct str)STR("other");
	take_number(1);
	settle();
	keep_ledger();
	take_number(2);
	settle();
	start_with_kept_ledger();
	assert_file("logs/other/x.log", "line 1\n");
	assert_file("logs/other/x.log.cut", "line 2\n");
	assert_int_equal(access("logs/h/x.log.cut", F_OK), -1);
}

TEST(a_file_that_logrotate_moved_meanwhile_is_cut_where_it_is)
{
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	end();
	rename("logs/x.log", "logs/x.log.1");
	write_text("logs/x.log", "", "w");
	start_with_kept_ledger();
	assert_file("logs/x.log.1", "line 0\n");
	assert_file("logs/x.log.1.cut", "line 1\n");
	take_number(1);
	settle();
	assert_file("logs/x.log", "line 1\n");
	start_again();
	assert_file("logs/x.log", "line 1\n");
	assert_file("logs/x.log.1", "line 0\n");
}

TEST(more_than_a_commit_writes_was_written_by_somebody_else)
{
	config.collector.in_hand = 64 << 10;
	start();
	take_number(0);
	settle();
	end();
	FILE *f = fopen("logs/x.log", "a");
	for (int i = 0; i < 300000; i++)
		fputs("foreign", f);
	fclose(f);
	write_text("logs/x.log.foreign", "older", "w");
	start();
	take_number(1);
	settle();
	assert_file("logs/x.log", "line 1\n");
	assert_file("logs/x.log.foreign", "older");
	struct stat st;
	assert_int_equal(stat("logs/x.log.foreign.1", &st), 0);
	assert_int_equal(st.st_size, 7 + 300000 * 7);
	assert_int_equal(access("logs/x.log.cut", F_OK), -1);
}

TEST(one_line_larger_than_any_bound_is_not_somebody_elses)
{
	enum {
		SIZE = 3 << 20
	};
	char *big = calloc(1, SIZE + 1);
	memset(big, 'x', SIZE);
	uv_sem_init(&at_sync, 0);
	uv_sem_init(&go, 0);
	config.collector.in_hand = 64 << 10;
	start();
	take_number(0);
	settle();
	sink_file_sync = sync_at_gate;
	take_at("k", 10, 20 + SIZE, big);
	uv_sem_wait(&at_sync);
	keep_ledger();
	sink_file_sync = fdatasync;
	uv_sem_post(&go);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\n");
	assert_int_equal(access("logs/x.log.foreign", F_OK), -1);
	take_at("k", 10, 20 + SIZE, big);
	settle();
	assert_int_equal(stream_stats(s).bytes_written, SIZE + 1);
	free(big);
	uv_sem_destroy(&at_sync);
	uv_sem_destroy(&go);
}

TEST(a_truncated_file_goes_on_at_its_end_and_never_with_a_hole)
{
	start();
	take_number(0);
	take_number(1);
	settle();
	assert_int_equal(truncate("logs/x.log", 0), 0);
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 2\n");
	end();
	/* While nobody looked, and in the middle of a line. */
	assert_int_equal(truncate("logs/x.log", 3), 0);
	start();
	take_number(3);
	settle();
	assert_file("logs/x.log", "lin\nline 3\n");
	keep_ledger();
	take_number(4);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "lin\nline 3\n");
}

TEST(a_directory_that_is_removed_is_made_again)
{
	start();
	take_number(0);
	settle();
	assert_int_equal(run_command("rm -rf logs"), 0);
	take_number(1);
	settle();
	assert_file("logs/x.log", "line 1\n");
	assert_int_equal(run_command("rm -rf logs"), 0);
	start_again();
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 2\n");
}

TEST(a_file_the_ledger_does_not_know_keeps_all_it_has)
{
	mkdir("logs", 0700);
	write_text("logs/x.log", "from before\nhalf a li", "w");
	start();
	take_number(0);
	settle();
	assert_file("logs/x.log", "from before\nhalf a li\nline 0\n");
}

TEST(another_queue_leaves_what_was_not_committed)
{
	static char url[] = "amqp://weir:secret@mq/logs";
	urls[0] = url;
	options.queue = (char[]){ "one" };
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	options.queue = (char[]){ "two" };
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\nline 1\n");
	/* From here on it counts as committed. */
	keep_ledger();
	take_number(2);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\nline 1\n");
	assert_file("logs/x.log.cut", "line 2\n");
	end();
	assert_int_not_equal(run_command("grep -rq secret ledger"), 0);
}

TEST(lines_of_an_exclusive_queue_do_not_come_again_and_stay)
{
	static char url[] = "amqp://mq/";
	urls[0] = url;
	options.queue = (char[]){ "" };
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\nline 1\n");
}

TEST(a_ledger_older_than_its_mark_cuts_nothing)
{
	start();
	take_number(0);
	settle();
	keep_ledger();
	assert_int_equal(run_command("rm kept/t.mark"), 0);
	take_number(1);
	settle();
	end();
	/* The commit was acknowledged; then the ledger lost it. */
	assert_int_equal(
	    run_command("rm ledger/*.db* && cp -a kept/* ledger"), 0);
	start();
	assert_file("logs/x.log", "line 0\nline 1\n");
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 0\nline 1\nline 2\n");
	keep_ledger();
	take_number(3);
	settle();
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\nline 1\nline 2\n");
}

TEST(a_file_somebody_else_writes_is_not_cut)
{
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	end();
	int other = open("logs/x.log", O_RDWR);
	assert_int_equal(flock(other, LOCK_EX), 0);
	start_with_kept_ledger();
	assert_file("logs/x.log", "line 0\nline 1\n");
	close(other);
	take_number(2);
	settle();
	assert_file("logs/x.log", "line 0\nline 2\n");
}

TEST(what_stands_where_the_tail_is_kept_stays_as_it_is)
{
	start();
	take_number(0);
	settle();
	keep_ledger();
	take_number(1);
	settle();
	end();
	write_text("secret", "secret", "w");
	assert_int_equal(symlink("../secret", "logs/x.log.cut"), 0);
	start_with_kept_ledger();
	assert_file("secret", "secret");
	assert_file("logs/x.log", "line 0\nline 1\n");
	unlink("logs/x.log.cut");
	take_number(1);
	settle();
	assert_file("logs/x.log.cut", "line 1\n");
	assert_file("logs/x.log", "line 0\nline 1\n");
}

static int
sync_fails(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

TEST(a_file_whose_sync_failed_is_left_with_what_was_committed)
{
	start();
	take_number(0);
	settle();
	sink_file_sync = sync_fails;
	take_number(1);
	stream_flush(s);
	run_until_errors(1);
	sink_file_sync = fdatasync;
	settle();
	assert_file("logs/x.log", "line 1\n");
	assert_file("logs/x.log.unsynced", "line 0\n");
	start_again();
	assert_file("logs/x.log", "line 1\n");
	assert_file("logs/x.log.unsynced", "line 0\n");
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		LEDGER(
		    what_a_killed_collector_wrote_and_did_not_commit_is_cut_off),
		LEDGER(the_first_write_of_all_can_be_taken_back_too),
		LEDGER(outputs_that_are_not_written_again_are_cut_as_well),
		LEDGER(
		    a_file_that_logrotate_moved_meanwhile_is_cut_where_it_is),
		LEDGER(more_than_a_commit_writes_was_written_by_somebody_else),
		LEDGER(one_line_larger_than_any_bound_is_not_somebody_elses),
		LEDGER(
		    a_truncated_file_goes_on_at_its_end_and_never_with_a_hole),
		LEDGER(a_directory_that_is_removed_is_made_again),
		LEDGER(a_file_the_ledger_does_not_know_keeps_all_it_has),
		LEDGER(another_queue_leaves_what_was_not_committed),
		LEDGER(lines_of_an_exclusive_queue_do_not_come_again_and_stay),
		LEDGER(a_ledger_older_than_its_mark_cuts_nothing),
		LEDGER(a_file_somebody_else_writes_is_not_cut),
		LEDGER(what_stands_where_the_tail_is_kept_stays_as_it_is),
		LEDGER(
		    a_file_whose_sync_failed_is_left_with_what_was_committed),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
