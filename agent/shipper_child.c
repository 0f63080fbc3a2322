#include "agent/shipper_child.h"

#include <signal.h>
#include <stdlib.h>

#include "broker/backoff.h"
#include "config/handover.h"
#include "core/child.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/pair.h"
#include "core/xalloc.h"

/* One that ended is wanted back soon: nothing is shipped without it.  (It has
 * its own, longer patience with the broker.) */
#define RESTART_MAX (5 * NS_PER_SECOND)

/* After the link was closed it has this long to say goodbye to the broker. */
#define GOODBYE_MS 3000

struct shipper_child {
	uv_loop_t *loop;
	uv_timer_t timer; /* the next start, or the end of patience */
	const struct config *config;
	struct child *child; /* NULL: between two */
	struct backoff backoff;
	int64_t started; /* monotonic */
	bool stopping;
	const struct shipper_child_events *events;
	void *owner;
};

static void start(struct shipper_child *c);

static void
on_restart(uv_timer_t *timer)
{
	start(timer->data);
}

static void
restart_later(struct shipper_child *c)
{
	backoff_lasted(&c->backoff, clock_monotonic() - c->started);
	int64_t wait = backoff_next(&c->backoff, false);
	uv_timer_start(&c->timer, on_restart, (uint64_t)(wait / NS_PER_MS), 0);
}

static void
on_ended(void *owner, int status, int signal)
{
	struct shipper_child *c = owner;
	child_free(c->child);
	c->child = NULL;
	uv_timer_stop(&c->timer);
	if (c->stopping) {
		c->events->stopped(c->owner);
		return;
	}
	restart_later(c);
	c->events->ended(c->owner, status, signal);
}

static void
start(struct shipper_child *c)
{
	static const char *const argv[] = { "weir", "shipper", NULL };
	int fds[2];
	if (pair_sockets(fds) == -1) {
		restart_later(c);
		return;
	}
	int inherited[] = { fds[1], config_handover(c->config) };
	c->started = clock_monotonic();
	c->child = child_start(c->loop, argv, inherited, 2, on_ended, c);
	c->events->started(c->owner, fds[0]);
	if (c->child == NULL)
		restart_later(c); /* the link ends by itself */
}

struct shipper_child *
shipper_child_new(uv_loop_t *loop, const struct config *config,
    const struct shipper_child_events *events, void *owner)
{
	struct shipper_child *c = xcalloc(1, sizeof(*c));
	*c = (struct shipper_child){ .loop = loop,
		.config = config,
		.backoff.max = RESTART_MAX,
		.events = events,
		.owner = owner };
	c->timer.data = c;
	uv_timer_init(loop, &c->timer);
	start(c);
	return c;
}

bool
shipper_child_runs(const struct shipper_child *c)
{
	return c->child != NULL;
}

void
shipper_child_kill(struct shipper_child *c)
{
	if (c->child != NULL)
		child_kill(c->child, SIGKILL);
}

static void
on_no_goodbye(uv_timer_t *timer)
{
	struct shipper_child *c = timer->data;
	if (c->child != NULL)
		child_kill(c->child, SIGKILL);
	else
		c->events->stopped(c->owner);
}

void
shipper_child_stop(struct shipper_child *c)
{
	c->stopping = true;
	uv_timer_start(
	    &c->timer, on_no_goodbye, c->child != NULL ? GOODBYE_MS : 0, 0);
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
shipper_child_free(struct shipper_child *c)
{
	if (c == NULL)
		return;
	child_free(c->child);
	uv_close((uv_handle_t *)&c->timer, on_closed);
}
