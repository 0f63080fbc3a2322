#include "agent/agent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/account.h"
#include "agent/answers.h"
#include "agent/checkpoint.h"
#include "agent/inputs.h"
#include "agent/rejected.h"
#include "agent/shipper.h"
#include "agent/spool_others.h"
#include "broker/address.h"
#include "core/clock.h"
#include "core/control.h"
#include "core/log.h"
#include "core/xalloc.h"

struct agent {
	const struct agent_setup *setup;
	const struct config *config;
	uv_loop_t loop;
	uv_idle_t reading; /* runs while an input wants a turn and has room */
	uv_timer_t deadline; /* of the drain */
	struct control *control;
	struct address address; /* of the broker, if there is one */
	struct checkpoint *checkpoint;
	struct window *window;
	struct shipper *shipper;
	struct answers *answers;
	struct inputs inputs;
	struct rejected *rejects; /* where lines go that the broker refused */
	uint64_t rejected; /* how many */
	bool stopping;
	bool finishing;
	int status;
};

static void on_reading(uv_idle_t *idle);

/* Everything has been read, sent and confirmed, or that is given up. */
static void
finish(struct agent *a)
{
	if (a->finishing)
		return;
	a->stopping = a->finishing = true;
	uv_idle_stop(&a->reading);
	uv_timer_stop(&a->deadline);
	if (a->shipper != NULL)
		shipper_stop(a->shipper);
	else
		uv_stop(&a->loop);
}

static void
consider_end(struct agent *a)
{
	if (!window_is_empty(a->window))
		return;
	if (!a->stopping && !(a->setup->once && inputs_finished(&a->inputs)))
		return;
	size_t held = window_stats(a->window).held;
	if (held > 0)
		log_warnx("stopped with %zu lines held that no queue is bound "
			  "for; they are read again at the next start",
		    held);
	if (held > 0 && a->setup->once) /* it was not all */
		a->status = EX_UNAVAILABLE;
	finish(a);
}

/* Back-pressure is silence: a full window is simply not read into. */
static void
pace(struct agent *a)
{
	if (inputs_want_turn(&a->inputs) && !a->stopping &&
	    !window_is_full(a->window))
		uv_idle_start(&a->reading, on_reading);
	else
		uv_idle_stop(&a->reading);
}

static void
on_reading(uv_idle_t *idle)
{
	struct agent *a = idle->data;
	inputs_turn(&a->inputs, a->window);
	shipper_wake(a->shipper);
	pace(a);
	if (a->setup->once)
		consider_end(a);
}

static void
on_wake(void *owner)
{
	struct agent *a = owner;
	inputs_wake(&a->inputs);
	pace(a);
}

static void
on_failed(void *owner)
{
	struct agent *a = owner;
	if (a->setup->once) /* what there is was not all read */
		a->status = EX_NOINPUT;
}

static void
on_settled(void *owner)
{
	struct agent *a = owner;
	pace(a);
	consider_end(a);
}

static void
on_recorded(void *owner)
{
	struct agent *a = owner;
	inputs_recorded(&a->inputs);
	on_wake(a);
}

/* Until it can be set aside it is sent again, and refused again. */
static int
on_refused(void *owner, const struct record *r, struct str why)
{
	struct agent *a = owner;
	int put = rejected_put(a->rejects, r, why);
	a->rejected += put != -1;
	return put == -1 ? -1 : 0;
}

static void
on_router_gone(void *owner)
{
	struct agent *a = owner;
	if (!a->stopping)
		a->status = EX_TEMPFAIL;
	finish(a);
}

static void
on_shipper_stopped(void *owner)
{
	struct agent *a = owner;
	uv_stop(&a->loop);
}

static const struct shipper_events shipper_events = { on_settled, on_refused,
	on_router_gone, on_shipper_stopped };

static void
on_deadline(uv_timer_t *timer)
{
	struct agent *a = timer->data;
	struct window_stats w = window_stats(a->window);
	log_warnx("stopped with %zu lines unconfirmed (%s); they are sent "
		  "again after the next start",
	    w.lines, shipper_state(a->shipper));
	if (a->setup->once) /* and it was not all */
		a->status = EX_TEMPFAIL;
	finish(a);
}

/*
 * Stop reading and wait for what is under way.  All of it can be read again,
 * so there is no point in waiting for a broker that is not there.
 */
static void
on_stop(void *owner, bool now)
{
	struct agent *a = owner;
	int64_t drain = a->config->agent.drain;
	a->stopping = true;
	pace(a);
	if (now || !shipper_is_up(a->shipper))
		drain = 0;
	if (now && a->finishing)
		uv_stop(&a->loop); /* and let the goodbye be */
	else if (window_is_empty(a->window))
		consider_end(a);
	else if (!a->finishing)
		uv_timer_start(&a->deadline, on_deadline,
		    (uint64_t)(drain / NS_PER_MS), 0);
}

static void
on_status(void *owner)
{
	struct agent *a = owner;
	struct account all = { .read = 0 };
	if (a->finishing) /* some of what is counted may be closed */
		return;
	inputs_report(&a->inputs, &all);
	account_close(&all, a->window, a->rejected);
	log_info("broker %s; read %" PRIu64 " = published %" PRIu64
		 " + filtered %" PRIu64 " + unroutable %" PRIu64
		 " + rejected %" PRIu64 " + overflowed %" PRIu64
		 " + waiting %" PRIu64 " + held %" PRIu64 "; %" PRIu64
		 " bytes wait",
	    shipper_state(a->shipper), all.read, all.published, all.filtered,
	    all.unroutable, all.rejected, all.overflowed, all.waiting, all.held,
	    all.waiting_bytes);
	shipper_report_unroutable(a->shipper);
}

static const struct control_events control_events = { .stop = on_stop,
	.status = on_status };

static const struct router *
router_of(void *owner, size_t input)
{
	const struct agent *a = owner;
	return inputs_router(&a->inputs, input);
}

static const struct listen_counts *
heard_by(void *owner, size_t input)
{
	const struct agent *a = owner;
	return inputs_heard(&a->inputs, input);
}

static void
explain(void *owner, size_t input, const char *path, struct json *row)
{
	const struct agent *a = owner;
	inputs_explain(&a->inputs, input, path, row);
}

static void
open_answers(struct agent *a)
{
	const struct answers_view view = { .config = a->config,
		.checkpoint = a->checkpoint,
		.window = a->window,
		.shipper = a->shipper,
		.rejected = &a->rejected,
		.router = router_of,
		.heard = heard_by,
		.explain = explain,
		.owner = a };
	a->answers = answers_new(&a->loop, &view);
}

static int
open_inputs(struct agent *a)
{
	const struct input_context context = {
		.loop = &a->loop,
		.config = a->config,
		.checkpoint = a->checkpoint,
		.once = a->setup->once,
		.wake = on_wake,
		.failed = on_failed,
		.owner = a,
	};
	return inputs_open(&a->inputs, &context, a->window);
}

static void
close_all(struct agent *a)
{
	answers_free(a->answers);
	/* None is left for the last save to have news for. */
	inputs_close(&a->inputs);
	checkpoint_close(a->checkpoint);
	shipper_free(a->shipper);
	rejected_close(a->rejects);
	control_free(a->control);
	uv_close((uv_handle_t *)&a->reading, NULL);
	uv_close((uv_handle_t *)&a->deadline, NULL);
	uv_run(&a->loop, UV_RUN_DEFAULT);
	uv_loop_close(&a->loop);
	window_free(a->window);
	address_clear(&a->address);
}

static int
open_all(struct agent *a)
{
	const struct config *config = a->config;
	a->window = window_new(
	    (size_t)config->agent.window, (size_t)config->agent.hold);
	a->control =
	    control_new(&a->loop, a->setup->control, &control_events, a);
	if (!config_is_local(config) &&
	    address_read(&config->broker, &a->address) == -1)
		return EX_CONFIG;
	a->checkpoint = checkpoint_open(&a->loop, config,
	    a->address.user ? a->address.user : "", on_recorded, a);
	if (a->checkpoint == NULL)
		return EX_TEMPFAIL;
	a->rejects = rejected_open(config->weir.state);
	if (a->rejects == NULL)
		return EX_TEMPFAIL;
	spool_others_mention(config);
	int status = open_inputs(a);
	if (status != EX_OK)
		return status;
	a->shipper = shipper_new(
	    &a->loop, config, a->window, a->setup->link, &shipper_events, a);
	open_answers(a);
	return 0;
}

int
agent_run(const struct agent_setup *setup)
{
	struct agent *a = xcalloc(1, sizeof(*a));
	a->setup = setup;
	a->config = setup->config;
	uv_loop_init(&a->loop);
	a->reading.data = a->deadline.data = a;
	uv_idle_init(&a->loop, &a->reading);
	uv_timer_init(&a->loop, &a->deadline);
	int opened = open_all(a);
	if (opened != EX_OK)
		a->status = opened; /* else: what an input said meanwhile */
	else {
		control_ready(a->control);
		pace(a);
		uv_run(&a->loop, UV_RUN_DEFAULT);
	}
	close_all(a);
	int status = a->status;
	free(a);
	return status;
}
