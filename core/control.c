#include "core/control.h"

#include <signal.h>
#include <stdlib.h>

#include "core/pair.h"
#include "core/xalloc.h"

static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };
#define SIGNALS (sizeof(signals) / sizeof(*signals))

struct control {
	uv_signal_t signals[SIGNALS];
	uv_timer_t alive;
	int handles;
	struct pair *parent; /* NULL: we listen to signals */
	bool stopping;
	const struct control_events *events;
	void *owner;
};

static void
stop(struct control *c, bool now)
{
	bool again = c->stopping;
	c->stopping = true;
	c->events->stop(c->owner, now || again);
}

static void
obey(struct control *c, enum control_packet what)
{
	if (what == CONTROL_STOP)
		stop(c, false);
	else if (what == CONTROL_FINISH && c->events->finish != NULL)
		c->events->finish(c->owner);
	else if (what == CONTROL_REOPEN && c->events->reopen != NULL)
		c->events->reopen(c->owner);
	else if (what == CONTROL_STATUS && c->events->status != NULL)
		c->events->status(c->owner);
}

static void
on_signal(uv_signal_t *handle, int signal)
{
	struct control *c = handle->data;
	if (signal == SIGTERM || signal == SIGINT)
		obey(c, CONTROL_STOP);
	else
		obey(c, signal == SIGUSR2 ? CONTROL_STATUS : CONTROL_REOPEN);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	(void)payload;
	obey(owner, (enum control_packet)type);
}

static void
on_parent_gone(void *owner, const char *why)
{
	(void)why;
	stop(owner, true);
}

static const struct pair_events parent_events = { on_packet, NULL,
	on_parent_gone };

static void
on_alive(uv_timer_t *timer)
{
	struct control *c = timer->data;
	pair_send(c->parent, CONTROL_ALIVE, NULL, 0);
}

static void
listen_to_signals(struct control *c, uv_loop_t *loop)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		c->signals[i].data = c;
		c->handles++;
		uv_signal_init(loop, &c->signals[i]);
		uv_signal_start(&c->signals[i], on_signal, signals[i]);
		uv_unref((uv_handle_t *)&c->signals[i]);
	}
}

static void
listen_to_parent(struct control *c, uv_loop_t *loop, int fd)
{
	for (size_t i = 0; i < SIGNALS; i++)
		signal(signals[i], SIG_IGN);
	c->parent = pair_new(loop, fd, &parent_events, c);
	c->alive.data = c;
	c->handles++;
	uv_timer_init(loop, &c->alive);
	uv_timer_start(&c->alive, on_alive, 0, 1000);
}

struct control *
control_new(
    uv_loop_t *loop, int fd, const struct control_events *events, void *owner)
{
	struct control *c = xcalloc(1, sizeof(*c));
	c->events = events;
	c->owner = owner;
	if (fd == -1)
		listen_to_signals(c, loop);
	else
		listen_to_parent(c, loop, fd);
	return c;
}

void
control_ready(struct control *c)
{
	if (c->parent != NULL)
		pair_send(c->parent, CONTROL_READY, NULL, 0);
}

static void
on_closed(uv_handle_t *handle)
{
	struct control *c = handle->data;
	if (--c->handles == 0)
		free(c);
}

void
control_free(struct control *c)
{
	if (c == NULL)
		return;
	if (c->parent != NULL) {
		pair_free(c->parent);
		uv_close((uv_handle_t *)&c->alive, on_closed);
		return;
	}
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&c->signals[i], on_closed);
}
