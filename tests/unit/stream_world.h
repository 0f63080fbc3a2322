/*
 * The world of a stream under test: files in a directory of its own, a real
 * loop, and what it told its owner.
 */
#ifndef TESTS_UNIT_STREAM_WORLD_H
#define TESTS_UNIT_STREAM_WORLD_H

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "collector/stream.h"

static char home[64];
static uv_loop_t loop;
static uv_timer_t watchdog;
static struct stream *s;
static uint64_t tag, committed;
static unsigned calls;
static uint64_t deadline;
static bool has_ended;

static struct filter_options no_drop = {
	.name = "no-drop",
	.type = FILTER_DROP,
	.pattern = "^drop",
};
static char *urls[] = { "local:" };
static struct config config = { .filters = &no_drop,
	.filter_count = 1,
	.weir.state = ".",
	.broker.url = { urls, 1 },
	.collector.in_hand = 8 << 20 };
static char *filters[] = { "no-drop" };
static struct stream_options options;

static inline void
on_committed(void *owner, uint64_t up_to)
{
	assert_ptr_equal(owner, &config);
	assert_true(up_to >= committed);
	committed = up_to;
	calls++;
}

static inline void
on_ended(void *owner)
{
	assert_ptr_equal(owner, &config);
	has_ended = true;
}

/* Wakes UV_RUN_ONCE up to look at what it waits for, up to a minute. */
static inline void
on_watchdog(uv_timer_t *timer)
{
	if (uv_now(timer->loop) > deadline)
		fail_msg("what the test waits for did not come");
}

static inline int
set_up(void **state)
{
	(void)state;
	if (fresh_directory(home) == -1 || chdir(home) == -1)
		return -1;
	options = (struct stream_options){
		.name = "t",
		.filters = { filters, 1 },
		.path = "logs/x.log",
	};
	tag = committed = calls = 0;
	has_ended = false;
	uv_loop_init(&loop);
	uv_timer_init(&loop, &watchdog);
	deadline = uv_now(&loop) + 60000;
	uv_timer_start(&watchdog, on_watchdog, 5, 5);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	char command[100];
	stream_free(s);
	s = NULL;
	uv_close((uv_handle_t *)&watchdog, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return uv_loop_close(&loop) | chdir("/") | system(command);
}

static inline void
start(void)
{
	s = stream_new(&loop, &config, &options, on_committed, &config);
	assert_non_null(s);
}

static inline void
take_from(const char *host, const char *body)
{
	struct record r = {
		.body = str_from(body),
		.host = str_from(host),
		.severity = SEVERITY_INFO,
	};
	stream_take(s, &r, ++tag);
}

static inline void
take(const char *body)
{
	take_from("h", body);
}

/* Run the loop until everything taken is committed. */
static inline void
settle(void)
{
	while (committed < tag)
		uv_run(&loop, UV_RUN_ONCE);
	assert_true(stream_is_idle(s));
	assert_int_equal(stream_in_hand(s), 0);
	struct stream_stats stats = stream_stats(s);
	assert_int_equal(
	    stats.taken, stats.written + stats.dropped + stats.repeats);
}

static inline void
run_until_errors(uint64_t count)
{
	while (stream_stats(s).write_errors < count)
		uv_run(&loop, UV_RUN_ONCE);
}

static inline char *
read_file(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	char *text = calloc(1, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	close(fd);
	return text;
}

static inline void
assert_file(const char *path, const char *expected)
{
	char *text = read_file(path);
	assert_string_equal(text, expected);
	free(text);
}

#define WORLD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define WORLDS(...)                                                \
	int main(void)                                             \
	{                                                          \
		const struct CMUnitTest specs[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(specs, NULL, NULL);  \
	}

#endif
