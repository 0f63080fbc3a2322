#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/sink.h"

static char home[] = "/tmp/weir-sink-XXXXXX";
static struct sink_place place = { .stream = "t", .sync = true };
static struct sink *sink;
static struct sink_failure failure;

static int
set_up(void **state)
{
	(void)state;
	strcpy(home + strlen(home) - 6, "XXXXXX");
	if (mkdtemp(home) == NULL || chdir(home) == -1)
		return -1;
	signal(SIGXFSZ, SIG_IGN);
	place.base = "logs/";
	sink = sink_file_new(&place, "x.log");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	char command[100];
	sink_free(sink);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return chdir("/") | system(command);
}

/* Write `text`; what the sink did not take must be left as it was. */
static enum sink_result
put(const char *text)
{
	struct buffer b = { 0 };
	failure.why[0] = '\0';
	buffer_append(&b, text, strlen(text));
	enum sink_result result = sink_prepare(sink, &failure);
	if (result == SINK_DONE)
		result = sink_write(sink, &b, &failure);
	if (result == SINK_DONE)
		assert_int_equal(b.len, 0);
	else
		assert_memory_equal(b.data, text, strlen(text));
	buffer_clear(&b);
	return result;
}

static void
assert_file(const char *path, const char *expected)
{
	char text[4096];
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

static void
make_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
assert_refused(const char *why)
{
	assert_int_equal(put("never\n"), SINK_FAILED);
	assert_string_equal(failure.why, why);
}

TEST(writes_append_to_what_is_there)
{
	struct stat st;
	assert_int_equal(put("one\n"), SINK_DONE);
	assert_int_equal(put("two\n"), SINK_DONE);
	sink_close(sink);
	assert_int_equal(put("three\n"), SINK_DONE);
	assert_file("logs/x.log", "one\ntwo\nthree\n");
	assert_int_equal(stat("logs/x.log", &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
}

TEST(links_pipes_and_directories_are_refused_until_they_are_gone)
{
	mkdir("logs", 0700);
	make_file("secret", "secret");

	assert_int_equal(symlink("../secret", "logs/x.log"), 0);
	assert_refused("logs/x.log: a symbolic link is in the way");
	unlink("logs/x.log");

	assert_int_equal(link("secret", "logs/x.log"), 0);
	assert_refused("logs/x.log: has 2 names, which is not safe");
	unlink("logs/x.log");

	assert_int_equal(mkfifo("logs/x.log", 0600), 0);
	assert_refused("logs/x.log: is not a regular file");
	int reader = open("logs/x.log", O_RDONLY | O_NONBLOCK);
	assert_refused("logs/x.log: is not a regular file");
	close(reader);
	unlink("logs/x.log");

	assert_int_equal(mkdir("logs/x.log", 0700), 0);
	assert_refused("logs/x.log: open: Is a directory");
	rmdir("logs/x.log");

	assert_int_equal(put("line\n"), SINK_DONE);
	assert_file("logs/x.log", "line\n");
	assert_file("secret", "secret");
}

TEST(a_second_writer_is_refused)
{
	struct sink *second = sink_file_new(&place, "x.log");
	assert_int_equal(put("mine\n"), SINK_DONE);
	struct sink *first = sink;
	sink = second;
	assert_refused("logs/x.log: somebody else writes it");
	sink_free(first);
	assert_int_equal(put("now mine\n"), SINK_DONE);
	assert_file("logs/x.log", "mine\nnow mine\n");
}

TEST(a_write_that_fails_leaves_the_file_as_it_was)
{
	struct rlimit old, limit;
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 10;
	assert_int_equal(put("12345\n"), SINK_DONE);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_refused("logs/x.log: write: File too large");
	assert_file("logs/x.log", "12345\n");
	assert_refused("logs/x.log: write: File too large");
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(put("never lost\n"), SINK_DONE);
	assert_file("logs/x.log", "12345\nnever lost\n");
}

static int syncs;

static int
sync_fails(int fd)
{
	(void)fd;
	syncs++;
	errno = EIO;
	return -1;
}

TEST(a_file_whose_sync_failed_is_set_aside)
{
	int (*working)(int) = sink_file_sync;
	mkdir("logs", 0700);
	make_file("logs/x.log.unsynced", "older");
	assert_int_equal(put("safe\n"), SINK_DONE);
	sink_file_sync = sync_fails;
	assert_refused("logs/x.log: sync: Input/output error");
	/* Each try has a file of its own, and leaves none behind. */
	assert_refused("logs/x.log: sync: Input/output error");
	assert_refused("logs/x.log: sync: Input/output error");
	assert_int_equal(syncs, 3);
	sink_file_sync = working;
	assert_int_equal(put("again\n"), SINK_DONE);
	assert_file("logs/x.log", "again\n");
	assert_file("logs/x.log.unsynced", "older");
	assert_file("logs/x.log.unsynced.1", "safe\n");
	assert_int_equal(access("logs/x.log.unsynced.2", F_OK), -1);
}

TEST(without_sync_nothing_is_synced)
{
	int (*working)(int) = sink_file_sync;
	place.sync = false;
	sink_file_sync = sync_fails;
	assert_int_equal(put("line\n"), SINK_DONE);
	sink_file_sync = working;
	place.sync = true;
	assert_file("logs/x.log", "line\n");
}

TEST(a_renamed_file_is_left_and_its_name_opened_again)
{
	assert_int_equal(put("old\n"), SINK_DONE);
	rename("logs/x.log", "logs/x.log.1");
	assert_int_equal(put("new\n"), SINK_DONE);
	/* logrotate's "create" */
	rename("logs/x.log", "logs/x.log.2");
	make_file("logs/x.log", "");
	assert_int_equal(put("newer\n"), SINK_DONE);
	assert_file("logs/x.log.1", "old\n");
	assert_file("logs/x.log.2", "new\n");
	assert_file("logs/x.log", "newer\n");
}

TEST(a_file_removed_with_its_directory_is_made_again)
{
	assert_int_equal(put("old\n"), SINK_DONE);
	unlink("logs/x.log");
	rmdir("logs");
	make_file("logs", "in the way");
	assert_refused("logs/x.log: open: Not a directory");
	unlink("logs");
	assert_int_equal(put("new\n"), SINK_DONE);
	assert_file("logs/x.log", "new\n");
}

TEST(a_truncated_file_goes_on_at_its_end)
{
	assert_int_equal(put("one\ntwo\n"), SINK_DONE);
	assert_int_equal(truncate("logs/x.log", 0), 0);
	assert_int_equal(put("three\n"), SINK_DONE);
	assert_file("logs/x.log", "three\n");
}

TEST(no_descriptor_left_is_waited_out)
{
	struct rlimit old, limit;
	getrlimit(RLIMIT_NOFILE, &old);
	limit = old;
	limit.rlim_cur = 3;
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_refused("logs/x.log: open: Too many open files");
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(put("line\n"), SINK_DONE);
}

#define WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest specs[] = {
		WORLD(writes_append_to_what_is_there),
		WORLD(
		    links_pipes_and_directories_are_refused_until_they_are_gone),
		WORLD(a_second_writer_is_refused),
		WORLD(a_write_that_fails_leaves_the_file_as_it_was),
		WORLD(a_file_whose_sync_failed_is_set_aside),
		WORLD(without_sync_nothing_is_synced),
		WORLD(a_renamed_file_is_left_and_its_name_opened_again),
		WORLD(a_file_removed_with_its_directory_is_made_again),
		WORLD(a_truncated_file_goes_on_at_its_end),
		WORLD(no_descriptor_left_is_waited_out),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
