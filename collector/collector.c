#include "collector/collector.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "collector/intake.h"
#include "collector/replies.h"
#include "core/clock.h"
#include "core/control.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* How often it is looked whether the queues have been empty for long. */
#define LOOK_EVERY 50 /* ms */

struct collector {
	const struct collector_setup *setup;
	uv_loop_t loop;
	uv_timer_t deadline; /* of the drain */
	uv_timer_t look;
	struct control *control;
	struct intake *intake;
	int lock; /* of the state directory */
	struct replies *replies;
	bool bound;
	bool stopping;
	int status;
};

static void
consider_end(struct collector *c)
{
	if (c->stopping && intake_is_idle(c->intake))
		uv_stop(&c->loop);
}

static void
on_deadline(uv_timer_t *timer)
{
	struct collector *c = timer->data;
	log_warnx("stopped with lines in hand; they were not acknowledged "
		  "and come again");
	if (c->setup->once)
		c->status = EX_TEMPFAIL;
	uv_stop(&c->loop);
}

static void
on_stop(void *owner, bool now)
{
	struct collector *c = owner;
	int64_t drain = now ? 0 : c->setup->config->collector.drain;
	c->stopping = true;
	intake_drain(c->intake);
	uv_timer_start(
	    &c->deadline, on_deadline, (uint64_t)(drain / NS_PER_MS), 0);
	consider_end(c);
}

static void
on_reopen(void *owner)
{
	struct collector *c = owner;
	log_info("reopening the files");
	intake_reopen(c->intake);
}

static void
on_status(void *owner)
{
	struct collector *c = owner;
	intake_report(c->intake);
}

static void on_finish(void *owner);

static const struct control_events control_events = { on_stop, on_finish,
	on_reopen, on_status };

static void
on_bound(void *owner)
{
	struct collector *c = owner;
	c->bound = true;
	control_ready(c->control);
}

static void
on_committed(void *owner)
{
	consider_end(owner);
}

/* What was taken is committed, and that is the end of us: `weir run` starts
 * the pair anew if more is to come. */
static void
on_unfed(void *owner)
{
	on_stop(owner, false);
}

static void
on_unread(void *owner)
{
	struct collector *c = owner;
	c->status = EX_UNAVAILABLE;
	on_stop(c, true);
}

static const struct intake_events intake_events = { on_bound, on_committed,
	on_unfed, on_unread };

static void
on_look(uv_timer_t *timer)
{
	struct collector *c = timer->data;
	int64_t quiet = clock_monotonic() - intake_last_line(c->intake);
	if (c->bound && !c->stopping && quiet >= c->setup->idle)
		on_stop(c, false);
}

static void
on_finish(void *owner)
{
	struct collector *c = owner;
	uv_timer_start(&c->look, on_look, LOOK_EVERY, LOOK_EVERY);
}

static int
open_all(struct collector *c)
{
	const struct collector_setup *setup = c->setup;
	c->lock = lock_directory(setup->config->weir.state, "collector.lock");
	if (c->lock == -1)
		return EX_TEMPFAIL;
	c->control = control_new(&c->loop, setup->control, &control_events, c);
	c->intake =
	    intake_new(&c->loop, setup->config, setup->link, &intake_events, c);
	if (c->intake == NULL)
		return EX_CONFIG;
	c->replies = replies_new(&c->loop, setup->config, c->intake);
	if (setup->link != -1)
		on_bound(c);
	if (setup->once)
		on_finish(c);
	return 0;
}

int
collector_run(const struct collector_setup *setup)
{
	struct collector *c = xcalloc(1, sizeof(*c));
	c->setup = setup;
	uv_loop_init(&c->loop);
	c->deadline.data = c->look.data = c;
	uv_timer_init(&c->loop, &c->deadline);
	uv_timer_init(&c->loop, &c->look);
	c->status = open_all(c);
	if (c->status == 0)
		uv_run(&c->loop, UV_RUN_DEFAULT);
	replies_free(c->replies);
	intake_free(c->intake);
	control_free(c->control);
	uv_close((uv_handle_t *)&c->deadline, NULL);
	uv_close((uv_handle_t *)&c->look, NULL);
	uv_run(&c->loop, UV_RUN_DEFAULT);
	uv_loop_close(&c->loop);
	int status = c->status;
	if (c->lock != -1)
		close(c->lock);
	free(c);
	return status;
}
