#include "agent/listen_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/listen_path.h"
#include "core/log.h"
#include "core/xalloc.h"

#define EVERY_MS 1000

/* A path that cannot be made is tried, and said, no more often. */
#define TRY_MS 60000

struct listen_keeper {
	uv_timer_t timer;
	const struct input_options *input;
	struct listening *socket;
	void (*let_go)(void *owner);
	void (*go_on)(void *owner);
	void *owner;
	uint64_t failed; /* ms of the loop's clock; 0: it did not */
	bool taken; /* by somebody else, and that was said */
};

/* Behind the old descriptor's number, so that nobody else need know. */
static void
replace(struct listen_keeper *k)
{
	struct listening *s = k->socket;
	struct identity file;
	int fd = listen_path_open(k->input, s->kind, s->path, &file);
	if (fd == -1) {
		k->failed = uv_now(k->timer.loop);
		return;
	}
	k->let_go(k->owner);
	if (dup3(fd, s->fd, O_CLOEXEC) == -1) {
		log_warn("input %s: listen on %s", k->input->name, s->name);
		listen_path_remove(s->path, &file);
		k->failed = uv_now(k->timer.loop);
	} else {
		s->file = file;
		k->failed = 0;
		log_info("input %s: %s was removed, and is made anew",
		    k->input->name, s->name);
	}
	close(fd);
	k->go_on(k->owner);
}

static void
on_second(uv_timer_t *timer)
{
	struct listen_keeper *k = timer->data;
	struct identity now;
	bool there = identity_look(k->socket->path, &now) == 0;
	bool ours = there && identity_is_same(&now, &k->socket->file);
	if (there && !ours && !k->taken)
		log_warnx("input %s: %s: something else stands there now, and "
			  "gets what we should",
		    k->input->name, k->socket->name);
	k->taken = there && !ours;
	if (there || errno != ENOENT)
		return;
	if (k->failed == 0 || uv_now(timer->loop) - k->failed >= TRY_MS)
		replace(k);
}

struct listen_keeper *
listen_keeper_new(uv_loop_t *loop, const struct input_options *input,
    struct listening *socket, void (*let_go)(void *owner),
    void (*go_on)(void *owner), void *owner)
{
	struct listen_keeper *k = xcalloc(1, sizeof(*k));
	*k = (struct listen_keeper){ .input = input,
		.socket = socket,
		.let_go = let_go,
		.go_on = go_on,
		.owner = owner };
	k->timer.data = k;
	uv_timer_init(loop, &k->timer);
	uv_timer_start(&k->timer, on_second, EVERY_MS, EVERY_MS);
	return k;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
listen_keeper_free(struct listen_keeper *k)
{
	if (k != NULL)
		uv_close((uv_handle_t *)&k->timer, on_closed);
}
