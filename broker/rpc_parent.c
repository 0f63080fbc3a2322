#include "broker/rpc_parent.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "broker/backoff.h"
#include "config/handover.h"
#include "core/child.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/encode.h"

#define RESTART_MAX (60 * NS_PER_SECOND)

/* While it sets its connection up it waits for the broker, a few seconds for
 * each of a handful of calls, and says nothing. */
#define PATIENCE_MIN (30 * NS_PER_SECOND)

struct rpc_parent {
	uv_loop_t *loop;
	uv_timer_t every_second;
	uv_timer_t restart;
	int handles;
	const struct config *config;
	const char *role;
	struct child *child; /* NULL: between two */
	struct pair *pair;
	struct backoff backoff;
	int64_t started; /* the child (monotonic) */
	int64_t heard; /* when it last said anything (monotonic) */
	bool up; /* the broker is there, as it said last */
	bool publishing; /* to the present child, since the last flush */
	bool flushing;
	const struct rpc_parent_events *events;
	void *owner;
};

static void start(struct rpc_parent *p);

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct rpc_parent *p = owner;
	struct rpc_flushed flushed;
	p->heard = clock_monotonic();
	if (type == RPC_FLUSHED && p->flushing &&
	    payload.len == sizeof(flushed)) {
		memcpy(&flushed, payload.data, sizeof(flushed));
		p->flushing = false;
		p->events->flushed(p->owner, &flushed);
	} else if (type == RPC_ALIVE && payload.len == sizeof(p->up))
		memcpy(&p->up, payload.data, sizeof(p->up));
	else
		p->events->packet(p->owner, type, payload);
}

static void
on_room(void *owner)
{
	struct rpc_parent *p = owner;
	p->events->room(p->owner);
}

static void
drop_pair(struct rpc_parent *p)
{
	static const struct rpc_flushed nothing;
	if (p->pair == NULL)
		return;
	pair_free(p->pair);
	p->pair = NULL;
	p->up = p->publishing = false;
	p->events->gone(p->owner);
	if (p->flushing) {
		p->flushing = false;
		p->events->flushed(p->owner, &nothing);
	}
}

static void
on_pair_end(void *owner, const char *why)
{
	(void)why; /* that it ended is seen by its exit */
	drop_pair(owner);
}

static const struct pair_events pair_events = { on_packet, on_room,
	on_pair_end };

static void
on_restart(uv_timer_t *timer)
{
	start(timer->data);
}

static void
restart_later(struct rpc_parent *p)
{
	backoff_lasted(&p->backoff, clock_monotonic() - p->started);
	int64_t wait = backoff_next(&p->backoff, false);
	uv_timer_start(
	    &p->restart, on_restart, (uint64_t)(wait / NS_PER_MS), 0);
}

static void
on_child_ended(void *owner, int status, int signal)
{
	struct rpc_parent *p = owner;
	child_free(p->child);
	p->child = NULL;
	drop_pair(p);
	if (signal != 0)
		log_warnx("rpc: killed by signal %d, starting another", signal);
	else
		log_warnx("rpc: exit status %d, starting another", status);
	restart_later(p);
}

static void
start(struct rpc_parent *p)
{
	const char *const argv[] = { "weir", "rpc", p->role, NULL };
	int fds[2];
	p->heard = p->started = clock_monotonic();
	if (pair_sockets(fds) == -1) {
		restart_later(p);
		return;
	}
	int inherited[] = { fds[1], config_handover(p->config) };
	p->pair = pair_new(p->loop, fds[0], &pair_events, p);
	p->child = child_start(p->loop, argv, inherited, 2, on_child_ended, p);
	if (p->child == NULL) {
		drop_pair(p);
		restart_later(p);
	}
}

/* It beats once a second; the library can hang where nothing else helps. */
static void
on_second(uv_timer_t *timer)
{
	struct rpc_parent *p = timer->data;
	int64_t silent = clock_monotonic() - p->heard;
	int64_t patience = 3 * p->config->broker.heartbeat;
	if (patience < PATIENCE_MIN)
		patience = PATIENCE_MIN;
	if (p->child == NULL || silent < patience)
		return;
	log_warnx("rpc: no sign of life for %d s, killing it",
	    (int)(silent / NS_PER_SECOND));
	child_kill(p->child, SIGKILL);
	p->heard = clock_monotonic();
}

struct rpc_parent *
rpc_parent_new(uv_loop_t *loop, const struct config *config, const char *role,
    const struct rpc_parent_events *events, void *owner)
{
	struct rpc_parent *p = xcalloc(1, sizeof(*p));
	*p = (struct rpc_parent){ .loop = loop,
		.handles = 2,
		.config = config,
		.role = role,
		.backoff.max = RESTART_MAX,
		.events = events,
		.owner = owner };
	p->every_second.data = p->restart.data = p;
	uv_timer_init(loop, &p->every_second);
	uv_timer_init(loop, &p->restart);
	uv_timer_start(&p->every_second, on_second, 1000, 1000);
	start(p);
	return p;
}

struct pair *
rpc_parent_pair(struct rpc_parent *p)
{
	return p->pair;
}

void
rpc_parent_publish(
    struct rpc_parent *p, const char *queue, const struct record *r)
{
	size_t name = strlen(queue) + 1;
	if (p->pair == NULL)
		return; /* rpc_parent_flush will say so */
	p->publishing = true;
	char *room =
	    pair_reserve(p->pair, RPC_PUBLISH, name + record_encoded_size(r));
	memcpy(room, queue, name);
	record_encode(r, room + name);
}

bool
rpc_parent_flush(struct rpc_parent *p)
{
	p->flushing = p->publishing;
	p->publishing = false;
	if (p->flushing)
		pair_send(p->pair, RPC_FLUSH, NULL, 0);
	return p->flushing;
}

static void
on_closed(uv_handle_t *handle)
{
	struct rpc_parent *p = handle->data;
	if (--p->handles == 0)
		free(p);
}

void
rpc_parent_free(struct rpc_parent *p)
{
	if (p == NULL)
		return;
	/* One that waits for a broker would not see that we are gone. */
	if (p->up)
		child_leave(p->child);
	else
		child_free(p->child);
	pair_free(p->pair);
	uv_close((uv_handle_t *)&p->every_second, on_closed);
	uv_close((uv_handle_t *)&p->restart, on_closed);
}
