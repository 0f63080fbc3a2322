/*
 * `weir run`: one agent and one collector under a supervisor.  All streams
 * are bound before the first line is read; the agent is stopped first.  With
 * the embedded router the two are joined by a pair, and when one of them
 * ends both are started anew.
 */
#include <stdio.h>
#include <unistd.h>

#include "broker/backoff.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "cli/worker.h"
#include "core/clock.h"
#include "core/given.h"
#include "core/log.h"
#include "core/pair.h"

/* A child that ended is wanted back soon: nothing is shipped without it. */
#define RESTART_MAX (5 * NS_PER_SECOND)

/* What children may take beyond their drain before they are killed. */
#define GRACE (5 * NS_PER_SECOND)

struct supervisor {
	const struct config *config;
	const struct options *options;
	uv_loop_t loop;
	uv_timer_t restart;
	uv_timer_t deadline;
	struct control *control;
	struct worker *agent; /* NULL: no inputs */
	struct worker *collector; /* NULL: no streams */
	struct backoff backoff;
	int64_t started; /* monotonic */
	int collector_link, agent_link; /* of the next start; -1: none */
	bool stopping;
	bool told_twice;
	bool finished; /* --once: the agent has done its part */
	int status;
};

static bool
anything_runs(const struct supervisor *s)
{
	return (s->agent != NULL && worker_runs(s->agent)) ||
	    (s->collector != NULL && worker_runs(s->collector));
}

static void restart_later(struct supervisor *s);

/* An end of the pair that nobody was started for. */
static void
close_link(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
start_agent(struct supervisor *s)
{
	static const char *const once[] = { "--once", NULL };
	if (s->agent == NULL || worker_runs(s->agent) || s->stopping)
		return;
	int link = s->agent_link;
	s->agent_link = -1;
	if (worker_start(s->agent, link, s->options->once ? once : NULL) == -1)
		restart_later(s);
}

static void
start_collector(struct supervisor *s)
{
	static char idle[32];
	static const char *const arguments[] = { "--idle", idle, NULL };
	int link = s->collector_link;
	s->collector_link = -1;
	snprintf(idle, sizeof(idle), "%lldms",
	    (long long)(s->options->idle / NS_PER_MS));
	if (worker_start(s->collector, link, arguments) == -1)
		restart_later(s);
}

static void
start_all(struct supervisor *s)
{
	int fds[2] = { -1, -1 };
	s->started = clock_monotonic();
	close_link(&s->agent_link);
	close_link(&s->collector_link);
	if (config_is_local(s->config) && pair_sockets(fds) == -1) {
		restart_later(s);
		return;
	}
	s->agent_link = fds[0];
	s->collector_link = fds[1];
	if (s->collector == NULL)
		start_agent(s);
	else
		start_collector(s); /* the agent, when it is ready */
}

static void
on_restart(uv_timer_t *timer)
{
	struct supervisor *s = timer->data;
	if (s->stopping)
		return;
	if (config_is_local(s->config) || !anything_runs(s))
		start_all(s);
	else if (s->collector != NULL && !worker_runs(s->collector))
		start_collector(s);
	else
		start_agent(s);
}

static void
stop(struct supervisor *s, int status)
{
	s->stopping = true;
	if (s->status == EXIT_OK)
		s->status = status;
	if (s->agent != NULL && worker_runs(s->agent))
		worker_tell(s->agent, CONTROL_STOP);
	else if (s->collector != NULL)
		worker_tell(s->collector, CONTROL_STOP);
	if (!anything_runs(s))
		uv_stop(&s->loop);
}

/* The agent has done its part, and `status` says whether that was all. */
static void
finish(struct supervisor *s, int status)
{
	s->finished = true;
	s->status = status;
	if (s->collector == NULL || !worker_runs(s->collector))
		stop(s, status);
	else
		worker_tell(s->collector,
		    config_is_local(s->config) ? CONTROL_STOP : CONTROL_FINISH);
}

static void
restart_later(struct supervisor *s)
{
	backoff_lasted(&s->backoff, clock_monotonic() - s->started);
	int64_t wait = backoff_next(&s->backoff, false);
	log_info(
	    "starting again in %.1f s", (double)wait / (double)NS_PER_SECOND);
	uv_timer_start(
	    &s->restart, on_restart, (uint64_t)(wait / NS_PER_MS), 0);
}

/* It said why, and trying again is no use. */
static bool
is_final(const struct worker *w, int status)
{
	return status == EXIT_BAD_CONFIG || status == EXIT_UNAVAILABLE ||
	    (status == EXIT_TRY_AGAIN && !worker_was_ready(w));
}

/* --once: what the agent could not read or deliver another would find as it
 * is.  It said what; all else it has done. */
static bool
has_done_its_part(
    const struct supervisor *s, const struct worker *w, int status)
{
	return s->options->once && w == s->agent &&
	    (status == EXIT_OK || status == EXIT_NO_INPUT ||
		status == EXIT_UNAVAILABLE);
}

static void
on_ended(void *owner, struct worker *w, int status)
{
	struct supervisor *s = owner;
	if (!s->stopping && has_done_its_part(s, w, status)) {
		finish(s, status);
		return;
	}
	if (s->stopping || is_final(w, status)) {
		stop(s, status);
		return;
	}
	if (status != EXIT_OK && status < 128) /* a signal was said */
		log_warnx("%s: exit status %d", worker_verb(w), status);
	if (s->finished)
		stop(s, status);
	/* Of two that are joined, the other sees the end and ends too. */
	else if (!config_is_local(s->config) || !anything_runs(s))
		restart_later(s);
}

static void
on_ready(void *owner, struct worker *w)
{
	struct supervisor *s = owner;
	if (w == s->collector && !s->finished)
		start_agent(s);
}

static const struct worker_events worker_events = { on_ready, on_ended };

static void
on_deadline(uv_timer_t *timer)
{
	struct supervisor *s = timer->data;
	log_warnx("%s: killing what still runs",
	    s->told_twice ? "told to stop a second time"
			  : "not everything stopped in time");
	if (s->status == EXIT_OK)
		s->status = EXIT_TRY_AGAIN;
	if (s->agent != NULL)
		worker_kill(s->agent);
	if (s->collector != NULL)
		worker_kill(s->collector);
}

static void
on_stop(void *owner, bool now)
{
	struct supervisor *s = owner;
	int64_t patience = now
	    ? 0
	    : s->config->agent.drain + s->config->collector.drain + GRACE;
	s->told_twice = now;
	uv_timer_stop(&s->restart);
	uv_timer_start(
	    &s->deadline, on_deadline, (uint64_t)(patience / NS_PER_MS), 0);
	stop(s, EXIT_OK);
}

static void
tell_all(struct supervisor *s, enum control_packet what)
{
	if (s->agent != NULL)
		worker_tell(s->agent, what);
	if (s->collector != NULL)
		worker_tell(s->collector, what);
}

static void
on_reopen(void *owner)
{
	tell_all(owner, CONTROL_REOPEN);
}

static void
on_status(void *owner)
{
	tell_all(owner, CONTROL_STATUS);
}

static const struct control_events control_events = {
	.stop = on_stop, .reopen = on_reopen, .status = on_status
};

static void
supervise(struct supervisor *s)
{
	const struct config *config = s->config;
	uv_loop_init(&s->loop);
	s->restart.data = s->deadline.data = s;
	uv_timer_init(&s->loop, &s->restart);
	uv_timer_init(&s->loop, &s->deadline);
	s->control = control_new(&s->loop, -1, &control_events, s);
	if (config->input_count > 0)
		s->agent =
		    worker_new(&s->loop, config, "agent", &worker_events, s);
	if (config->stream_count > 0)
		s->collector = worker_new(
		    &s->loop, config, "collector", &worker_events, s);
	start_all(s);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	worker_free(s->agent);
	worker_free(s->collector);
	close_link(&s->agent_link);
	close_link(&s->collector_link);
	control_free(s->control);
	uv_close((uv_handle_t *)&s->restart, NULL);
	uv_close((uv_handle_t *)&s->deadline, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
}

static int
run(int argc, char **argv)
{
	struct options options;
	if (options_parse(argc, argv, "coi", &options) == -1)
		return EXIT_BAD_USAGE;
	given_find();
	struct config *config = options_load(&options, "weir");
	if (config == NULL)
		return EXIT_BAD_CONFIG;
	struct supervisor s = { .config = config,
		.options = &options,
		.backoff.max = RESTART_MAX,
		.agent_link = -1,
		.collector_link = -1 };
	if (config->input_count == 0 && config->stream_count == 0) {
		fprintf(stderr,
		    "%s: no [input NAME] and no [stream NAME]: nothing to do\n",
		    config->file);
		s.status = EXIT_BAD_CONFIG;
	} else if (config_is_local(config) &&
	    (config->input_count == 0 || config->stream_count == 0)) {
		fprintf(stderr,
		    "%s: [broker] url = local: needs an [input NAME] and a "
		    "[stream NAME]\n",
		    config->file);
		s.status = EXIT_BAD_CONFIG;
	} else
		supervise(&s);
	config_free(config);
	return s.status;
}

const struct verb verb_run = {
	.name = "run",
	.summary = "run what the configuration has: agent, collector or both",
	.usage =
	    "usage: weir run [-c FILE] [--once [--idle TIME]]\n"
	    "\n"
	    "Run an agent for the [input]s and a collector for the\n"
	    "[stream]s of FILE (default " DEFAULT_CONFIG "), and start\n"
	    "again what ends.  With [broker] url = local: no broker is\n"
	    "needed: lines are routed within this host.\n"
	    "\n"
	    "  -c, --config FILE  the configuration\n"
	    "      --once         read what there is, write what comes of\n"
	    "                     it, exit\n"
	    "      --idle TIME    with --once: exit when the queues have\n"
	    "                     been empty for this long (default 2s)\n"
	    "\n"
	    "TERM, INT: drain and exit; twice: at once.  HUP, USR1:\n"
	    "reopen the output files.  USR2: state to the log.\n",
	.run = run,
};
