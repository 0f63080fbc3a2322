#include "agent/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/xalloc.h"

struct command {
	uv_process_t process;
	command_ended *ended;
	void *owner;
	int pid; /* and its group's */
	bool over; /* itself; its group may go on */
};

static void
on_exit_seen(uv_process_t *process, int64_t status, int signal)
{
	struct command *c = process->data;
	c->over = true;
	if (c->ended != NULL)
		c->ended(c->owner, (int)status, signal);
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static int
spawn(uv_loop_t *loop, struct command *c, char *const argv[], int out, int err)
{
	uv_stdio_container_t stdio[] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_INHERIT_FD, .data.fd = out },
		{ .flags = UV_INHERIT_FD, .data.fd = err },
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_seen,
		.file = argv[0],
		/* execvp(3) takes char *const [] and changes nothing. */
		.args = (char **)(uintptr_t)argv,
		.flags = UV_PROCESS_DETACHED,
		.stdio = stdio,
		.stdio_count = sizeof(stdio) / sizeof(*stdio),
	};
	return uv_spawn(loop, &c->process, &options);
}

struct command *
command_start(uv_loop_t *loop, char *const argv[], int *out, int *err,
    command_ended *ended, void *owner, int *error)
{
	int outs[2], errs[2];
	if (pipe2(outs, O_CLOEXEC) == -1) {
		*error = errno;
		return NULL;
	}
	if (pipe2(errs, O_CLOEXEC) == -1) {
		*error = errno;
		goto close_outs;
	}
	struct command *c = xcalloc(1, sizeof(*c));
	c->process.data = c;
	int rc = spawn(loop, c, argv, outs[1], errs[1]);
	if (rc != 0) {
		*error = -rc;
		uv_close((uv_handle_t *)&c->process, on_closed);
		goto close_errs;
	}
	c->ended = ended;
	c->owner = owner;
	c->pid = uv_process_get_pid(&c->process);
	close(outs[1]);
	close(errs[1]);
	*out = outs[0];
	*err = errs[0];
	return c;

close_errs:
	close(errs[0]);
	close(errs[1]);
close_outs:
	close(outs[0]);
	close(outs[1]);
	return NULL;
}

/*
 * A number is not given to another process while it is a group's.  So if there
 * is one again, our group is gone, and what has its number now is a stranger.
 */
static bool
is_gone(const struct command *c)
{
	return c->over && (kill(c->pid, 0) == 0 || errno == EPERM);
}

void
command_signal(const struct command *c, int signal)
{
	if (!is_gone(c))
		kill(-c->pid, signal); /* ESRCH: none is left, as it should be
					*/
}

int
command_pid(const struct command *c)
{
	return c->pid;
}

void
command_free(struct command *c)
{
	if (c == NULL)
		return;
	c->ended = NULL;
	uv_close((uv_handle_t *)&c->process, on_closed);
}
