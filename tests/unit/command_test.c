/* One run of a command, and what is left of its group. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "agent/command.h"

struct run {
	uv_loop_t loop;
	struct command *command;
	int out, err;
	int endings, status, signal;
};

static void
on_ended(void *owner, int status, int signal)
{
	struct run *r = owner;
	r->endings++;
	r->status = status;
	r->signal = signal;
}

static void
start(struct run *r, const char *script)
{
	char *const argv[] = { (char *)(uintptr_t) "sh",
		(char *)(uintptr_t) "-c", (char *)(uintptr_t)script, NULL };
	int error = 0;
	memset(r, 0, sizeof(*r));
	uv_loop_init(&r->loop);
	r->command = command_start(
	    &r->loop, argv, &r->out, &r->err, on_ended, r, &error);
	assert_non_null(r->command);
}

static void
wait_for_end(struct run *r)
{
	while (r->endings == 0)
		uv_run(&r->loop, UV_RUN_ONCE);
}

static void
expect(int fd, const char *text)
{
	char got[8];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 30000), 1);
	assert_int_equal(read(fd, got, sizeof(got)), strlen(text));
	assert_memory_equal(got, text, strlen(text));
}

static void
finish(struct run *r)
{
	command_free(r->command);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&r->loop), 0);
	close(r->out);
	close(r->err);
}

TEST(its_end_is_told_with_what_it_said)
{
	struct run r;
	start(&r, "echo out; echo err >&2; exit 7");
	wait_for_end(&r);
	assert_int_equal(r.status, 7);
	assert_int_equal(r.signal, 0);
	expect(r.out, "out\n");
	expect(r.err, "err\n");
	finish(&r);
}

TEST(a_signal_is_for_its_whole_group_also_when_it_ended_itself)
{
	struct run r;
	start(&r, "sleep 1000 & echo");
	wait_for_end(&r);
	expect(r.out, "\n");
	command_signal(r.command, SIGKILL);
	/* Its end is that of the last who had it open. */
	expect(r.out, "");
	command_signal(r.command, SIGKILL); /* nobody is left */
	finish(&r);
}

TEST(what_cannot_be_started_says_why)
{
	uv_loop_t loop;
	char *const argv[] = { (char *)(uintptr_t) "/none/such", NULL };
	int out, err, error = 0;
	uv_loop_init(&loop);
	assert_null(
	    command_start(&loop, argv, &out, &err, on_ended, NULL, &error));
	assert_int_equal(error, ENOENT);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

TESTS(SPEC(its_end_is_told_with_what_it_said),
    SPEC(a_signal_is_for_its_whole_group_also_when_it_ended_itself),
    SPEC(what_cannot_be_started_says_why))
