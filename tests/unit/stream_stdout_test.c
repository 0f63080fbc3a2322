#include "tests/unit/stream_world.h"

#include <signal.h>

/* Put a pipe in the place of standard output; returns its reading end. */
static int
replace_stdout(int *saved)
{
	int ends[2];
	fflush(stdout);
	*saved = dup(STDOUT_FILENO);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	return ends[0];
}

static void
restore_stdout(int saved)
{
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

TEST(standard_output_waits_for_a_slow_reader)
{
	enum {
		SIZE = 500000
	};
	int saved, reader = replace_stdout(&saved);
	char *big = calloc(1, SIZE + 1), *got = calloc(1, SIZE + 2);
	memset(big, 'x', SIZE);
	options.type = STREAM_STDOUT;
	start();
	take(big);
	size_t n = 0;
	fcntl(reader, F_SETFL, O_NONBLOCK);
	while (committed < tag) {
		ssize_t some = read(reader, got + n, SIZE + 1 - n);
		n += some > 0 ? (size_t)some : 0;
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	ssize_t rest = read(reader, got + n, SIZE + 1 - n);
	n += rest > 0 ? (size_t)rest : 0;
	restore_stdout(saved);
	close(reader);
	assert_int_equal(n, SIZE + 1);
	assert_memory_equal(got, big, SIZE);
	assert_int_equal(got[SIZE], '\n');
	free(big);
	free(got);
}

TEST(a_reader_that_never_reads_does_not_hold_up_the_end)
{
	int saved, reader = replace_stdout(&saved);
	char *big = calloc(1, 500001);
	memset(big, 'x', 500000);
	options.type = STREAM_STDOUT;
	start();
	take(big);
	stream_free(s);
	s = NULL;
	restore_stdout(saved);
	close(reader);
	free(big);
	assert_int_equal(calls, 0);
}

TEST(a_closed_pipe_ends_the_stream)
{
	int saved, reader = replace_stdout(&saved);
	signal(SIGPIPE, SIG_IGN);
	options.type = STREAM_STDOUT;
	start();
	stream_on_end(s, on_ended);
	close(reader);
	take("one");
	while (!has_ended)
		uv_run(&loop, UV_RUN_ONCE);
	take("two");
	stream_flush(s);
	uv_run(&loop, UV_RUN_NOWAIT);
	restore_stdout(saved);
	assert_int_equal(calls, 0);
	assert_int_equal(stream_in_hand(s), 8);
}

WORLDS(WORLD(standard_output_waits_for_a_slow_reader),
    WORLD(a_reader_that_never_reads_does_not_hold_up_the_end),
    WORLD(a_closed_pipe_ends_the_stream))
