#include "agent/agent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/account.h"
#include "agent/answers.h"
#include "agent/checkpoint.h"
#include "agent/input.h"
#include "agent/rejected.h"
#include "agent/shipper.h"
#include "agent/spool_others.h"
#include "broker/address.h"
#include "core/clock.h"
#include "core/control.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Turns of an input before the next, and before the loop looks at its
 * sockets again. */
#define TURNS 4

struct working_input {
	const struct input_kind *kind;
	struct input *input;
	struct router *router;
	bool wants_turn;
};

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
	struct working_input *inputs;
	size_t input_count;
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

static bool
all_finished(const struct agent *a)
{
	for (size_t i = 0; i < a->input_count; i++)
		if (!a->inputs[i].kind->finished(a->inputs[i].input))
			return false;
	return true;
}

static void
consider_end(struct agent *a)
{
	if (!window_is_empty(a->window))
		return;
	if (!a->stopping && !(a->setup->once && all_finished(a)))
		return;
	size_t held = window_stats(a->window).held;
	if (held > 0)
		log_warnx("stopped with %zu lines held that no queue is bound "
			  "for; they are read again at the next start",
		    held);
	if (held > 0 && a->setup->once) /* it was not all */
		a->status = EX_TEMPFAIL;
	finish(a);
}

/* Back-pressure is silence: a full window is simply not read into. */
static void
pace(struct agent *a)
{
	bool wanted = false;
	for (size_t i = 0; i < a->input_count; i++)
		wanted |= a->inputs[i].wants_turn;
	if (wanted && !a->stopping && !window_is_full(a->window))
		uv_idle_start(&a->reading, on_reading);
	else
		uv_idle_stop(&a->reading);
}

/* The window takes at most one read more than its limit. */
static void
read_input(struct agent *a, struct working_input *in)
{
	for (int n = 0; n < TURNS; n++)
		if (in->wants_turn && !window_is_full(a->window))
			in->wants_turn = in->kind->turn(in->input);
}

static void
on_reading(uv_idle_t *idle)
{
	struct agent *a = idle->data;
	for (size_t i = 0; i < a->input_count; i++)
		read_input(a, &a->inputs[i]);
	shipper_wake(a->shipper);
	pace(a);
	if (a->setup->once)
		consider_end(a);
}

static void
on_wake(void *owner)
{
	struct agent *a = owner;
	/* Which input it was does not matter: a turn in vain costs nothing. */
	for (size_t i = 0; i < a->input_count; i++)
		a->inputs[i].wants_turn = true;
	pace(a);
}

static void
on_failed(void *owner)
{
	struct agent *a = owner;
	if (a->setup->once) /* what there is was not all read */
		a->status = EX_TEMPFAIL;
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
	for (size_t i = 0; i < a->input_count; i++)
		a->inputs[i].kind->recorded(a->inputs[i].input);
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
	for (size_t i = 0; i < a->input_count; i++) {
		struct router_stats r = router_stats(a->inputs[i].router);
		account_add(&all, &r);
		log_info("input %s: read %" PRIu64 ", filtered %" PRIu64
			 ", at a match limit %" PRIu64,
		    a->config->inputs[i].name, r.read, r.filtered, r.limited);
		if (a->inputs[i].kind->status != NULL)
			a->inputs[i].kind->status(a->inputs[i].input);
	}
	account_close(&all, a->window, a->rejected);
	log_info("broker %s; read %" PRIu64 " = published %" PRIu64
		 " + filtered %" PRIu64 " + unroutable %" PRIu64
		 " + rejected %" PRIu64 " + waiting %" PRIu64 " + held %" PRIu64
		 "; %" PRIu64 " bytes wait",
	    shipper_state(a->shipper), all.read, all.published, all.filtered,
	    all.unroutable, all.rejected, all.waiting, all.held,
	    all.waiting_bytes);
	shipper_report_unroutable(a->shipper);
}

static const struct control_events control_events = { .stop = on_stop,
	.status = on_status };

static const struct router *
router_of(void *owner, size_t input)
{
	const struct agent *a = owner;
	return a->inputs[input].router;
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
		.owner = a };
	a->answers = answers_new(&a->loop, &view);
}

/* An exit status. */
static int
open_inputs(struct agent *a)
{
	static const struct input_kind *const kinds[] = {
		[INPUT_FILE] = &input_file,
		[INPUT_STDIN] = &input_stdin,
	};
	struct input_context context = {
		.loop = &a->loop,
		.config = a->config,
		.checkpoint = a->checkpoint,
		.once = a->setup->once,
		.wake = on_wake,
		.failed = on_failed,
		.owner = a,
	};
	a->inputs = xcalloc(a->config->input_count, sizeof(*a->inputs));
	for (size_t i = 0; i < a->config->input_count; i++) {
		struct working_input *in = &a->inputs[i];
		context.options = &a->config->inputs[i];
		in->router = context.router =
		    router_new(a->config, context.options, a->window);
		if (in->router == NULL)
			return EX_CONFIG;
		in->kind = kinds[context.options->type];
		in->input = in->kind->open(&context);
		if (in->input == NULL) {
			router_free(in->router);
			return EX_TEMPFAIL;
		}
		in->wants_turn = true;
		a->input_count++;
	}
	return EX_OK;
}

static void
close_all(struct agent *a)
{
	answers_free(a->answers);
	for (size_t i = 0; i < a->input_count; i++) {
		a->inputs[i].kind->close(a->inputs[i].input);
		router_free(a->inputs[i].router);
	}
	a->input_count = 0; /* the last save may still have news for them */
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
	free(a->inputs);
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
	a->status = open_all(a);
	if (a->status == 0) {
		control_ready(a->control);
		pace(a);
		uv_run(&a->loop, UV_RUN_DEFAULT);
	}
	close_all(a);
	int status = a->status;
	free(a);
	return status;
}
