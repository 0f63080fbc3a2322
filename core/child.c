#include "core/child.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/given.h"
#include "core/log.h"
#include "core/xalloc.h"

#define FDS_MAX (4 + GIVEN_MAX)

struct child {
	uv_process_t process;
	child_ended *ended;
	void *owner;
	bool running;
	bool freed;
};

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
on_exit_seen(uv_process_t *process, int64_t status, int signal)
{
	struct child *c = process->data;
	c->running = false;
	if (c->freed)
		uv_close((uv_handle_t *)&c->process, on_closed);
	else
		c->ended(c->owner, (int)status, signal);
}

struct child *
child_start(uv_loop_t *loop, const char *const argv[], const int fds[],
    size_t count, child_ended *ended, void *owner)
{
	uv_stdio_container_t stdio[3 + FDS_MAX];
	struct child *c = xcalloc(1, sizeof(*c));
	assert(count <= FDS_MAX);
	for (size_t i = 0; i < 3 + count; i++) {
		int fd = i < 3 ? (int)i : fds[i - 3];
		stdio[i].flags = fd == -1 ? UV_IGNORE : UV_INHERIT_FD;
		stdio[i].data.fd = fd;
	}
	uv_process_options_t options = {
		.exit_cb = on_exit_seen,
		.file = "/proc/self/exe",
		/* execvp(3) takes char *const [] and changes nothing. */
		.args = (char **)(uintptr_t)argv,
		.stdio = stdio,
		.stdio_count = (int)(3 + count),
	};
	*c = (struct child){ .ended = ended, .owner = owner };
	c->process.data = c;
	int error = uv_spawn(loop, &c->process, &options);
	for (size_t i = 0; i < count; i++)
		if (fds[i] != -1)
			close(fds[i]);
	if (error != 0) {
		log_warnx(
		    "start %s %s: %s", argv[0], argv[1], uv_strerror(error));
		uv_close((uv_handle_t *)&c->process, on_closed);
		return NULL;
	}
	c->running = true;
	return c;
}

void
child_kill(struct child *c, int signal)
{
	if (c->running)
		uv_process_kill(&c->process, signal);
}

void
child_leave(struct child *c)
{
	if (c != NULL)
		uv_close((uv_handle_t *)&c->process, on_closed);
}

void
child_free(struct child *c)
{
	if (c == NULL)
		return;
	c->freed = true;
	if (c->running)
		child_kill(c, SIGKILL);
	else
		uv_close((uv_handle_t *)&c->process, on_closed);
}
