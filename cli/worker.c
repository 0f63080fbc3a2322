#include "cli/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/handover.h"
#include "core/child.h"
#include "core/clock.h"
#include "core/given.h"
#include "core/log.h"
#include "core/pair.h"
#include "core/xalloc.h"

/* A collector may wait for the broker in its set-up, a few seconds for each
 * call, and is not to be killed for that however short the heartbeat. */
#define PATIENCE_MIN (30 * NS_PER_SECOND)

/* Opening its state it waits for the disk, which may be slow, and is silent. */
#define PATIENCE_START (300 * NS_PER_SECOND)

struct worker {
	uv_loop_t *loop;
	uv_timer_t every_second;
	const struct config *config;
	const char *verb;
	struct child *child; /* NULL: does not run */
	struct pair *control;
	int64_t heard; /* monotonic */
	bool ready;
	const struct worker_events *events;
	void *owner;
};

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct worker *w = owner;
	(void)payload;
	w->heard = clock_monotonic();
	if (type != CONTROL_READY || w->ready)
		return;
	w->ready = true;
	w->events->ready(w->owner, w);
}

static void
on_control_end(void *owner, const char *why)
{
	struct worker *w = owner;
	(void)why; /* that it ended is seen by its exit */
	pair_free(w->control);
	w->control = NULL;
}

static const struct pair_events control_events = { on_packet, NULL,
	on_control_end };

static void
on_child_ended(void *owner, int status, int signal)
{
	struct worker *w = owner;
	child_free(w->child);
	w->child = NULL;
	pair_free(w->control);
	w->control = NULL;
	if (signal != 0)
		log_warnx("%s: killed by signal %d", w->verb, signal);
	w->events->ended(w->owner, w, signal != 0 ? 128 + signal : status);
}

/* Its loop beats once a second, also while a commit is under way. */
static void
on_second(uv_timer_t *timer)
{
	struct worker *w = timer->data;
	int64_t silent = clock_monotonic() - w->heard;
	int64_t patience = 3 * w->config->broker.heartbeat;
	if (patience < PATIENCE_MIN)
		patience = PATIENCE_MIN;
	if (!w->ready && patience < PATIENCE_START)
		patience = PATIENCE_START;
	if (w->child == NULL || silent < patience)
		return;
	log_warnx("%s: no sign of life for %d s, killing it", w->verb,
	    (int)(silent / NS_PER_SECOND));
	worker_kill(w);
}

struct worker *
worker_new(uv_loop_t *loop, const struct config *config, const char *verb,
    const struct worker_events *events, void *owner)
{
	struct worker *w = xcalloc(1, sizeof(*w));
	*w = (struct worker){ .loop = loop,
		.config = config,
		.verb = verb,
		.events = events,
		.owner = owner };
	w->every_second.data = w;
	uv_timer_init(loop, &w->every_second);
	uv_timer_start(&w->every_second, on_second, 1000, 1000);
	return w;
}

int
worker_start(struct worker *w, int link, const char *const *arguments)
{
	const char *argv[8] = { "weir", w->verb, "--child" };
	int fds[2];
	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i++)
		argv[3 + i] = arguments[i];
	int config = config_handover(w->config);
	if (config == -1 || pair_sockets(fds) == -1)
		goto close_given;
	int inherited[3 + GIVEN_MAX] = { fds[1], link, config };
	size_t count = 3;
	if (strcmp(w->verb, "agent") == 0)
		count += given_copy(&inherited[3]);
	w->control = pair_new(w->loop, fds[0], &control_events, w);
	w->heard = clock_monotonic();
	w->ready = false;
	w->child =
	    child_start(w->loop, argv, inherited, count, on_child_ended, w);
	return w->child != NULL ? 0 : -1;

close_given:
	if (config != -1)
		close(config);
	if (link != -1)
		close(link);
	return -1;
}

void
worker_tell(struct worker *w, enum control_packet what)
{
	if (w->control != NULL)
		pair_send(w->control, what, NULL, 0);
}

void
worker_kill(struct worker *w)
{
	if (w->child != NULL)
		child_kill(w->child, SIGKILL);
}

bool
worker_runs(const struct worker *w)
{
	return w->child != NULL;
}

bool
worker_was_ready(const struct worker *w)
{
	return w->ready;
}

const char *
worker_verb(const struct worker *w)
{
	return w->verb;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	child_free(w->child);
	pair_free(w->control);
	uv_close((uv_handle_t *)&w->every_second, on_closed);
}
