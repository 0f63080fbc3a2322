/*
 * type = exec: the output of a command, line by line.  A run is over when the
 * command has ended and nobody has its output open any more; then it is
 * started again, as `restart` says.
 */
#include "agent/intake.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/pipe_reader.h"
#include "agent/stderr_log.h"
#include "broker/backoff.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define RESTART_MAX (60 * NS_PER_SECOND)

/* What ends after so long was not expected to: that is said again. */
#define GOOD_RUN (60 * NS_PER_SECOND)

/* When the agent stops, the command has this long to end by itself. */
#define GOODBYE_MS 2000

/* What it is read through; `fd` is -1 when there is none. */
struct outlet {
	int fd;
	struct pipe_reader *reader;
	bool ended;
};

struct outcome {
	bool known;
	int status, signal, error;
};

struct intake {
	struct input_context context;
	struct spool *spool;
	char **argv;
	struct command *command; /* NULL: between two runs */
	bool exited; /* the command; others may have its output open */
	struct outlet outlets[2]; /* the second only for lines of stderr */
	struct stderr_log *errors; /* or NULL */
	struct outcome now, last; /* of this run, and the one last said */
	struct backoff backoff;
	int64_t started; /* monotonic */
	uint64_t runs;
	uv_timer_t timer; /* the next start, or the end of patience */
	bool over; /* it is not started again */
	bool stopping;
	bool out_of_patience;
};

static void start(struct intake *in);

static const char *
name_of(const struct intake *in)
{
	return in->context.options->name;
}

static void
describe(const struct outcome *o, struct buffer *out)
{
	if (o->error != 0)
		buffer_printf(out, "cannot be started: %s", strerror(o->error));
	else if (o->signal != 0)
		buffer_printf(out, "was ended by signal %d (%s)", o->signal,
		    strsignal(o->signal));
	else
		buffer_printf(out, "exited with status %d", o->status);
}

static bool
is_same(const struct outcome *a, const struct outcome *b)
{
	return a->known == b->known && a->status == b->status &&
	    a->signal == b->signal && a->error == b->error;
}

/* Once for each change: some commands end every other second. */
static void
say_outcome(struct intake *in)
{
	struct buffer what = { 0 };
	if (is_same(&in->now, &in->last))
		return;
	in->last = in->now;
	describe(&in->now, &what);
	log_info("input %s: %s " STR_FMT "; it is %s", name_of(in), in->argv[0],
	    STR_ARG(buffer_str(&what)),
	    in->over ? "not started again" : "started again after a wait");
	buffer_clear(&what);
}

static bool
is_started_again(const struct intake *in)
{
	const struct outcome *o = &in->now;
	bool failed = o->status != 0 || o->signal != 0 || o->error != 0;
	if (in->stopping || in->context.once)
		return false;
	switch (in->context.options->restart) {
	case RESTART_ALWAYS:
		return true;
	case RESTART_ON_FAILURE:
		return failed;
	default:
		return false;
	}
}

static void
on_start(uv_timer_t *timer)
{
	start(timer->data);
}

static void
after_run(struct intake *in)
{
	int64_t lasted = clock_monotonic() - in->started;
	in->over = !is_started_again(in);
	if (!in->stopping)
		say_outcome(in);
	if (in->over) {
		spool_end(in->spool);
		return;
	}
	backoff_lasted(&in->backoff, lasted);
	if (lasted > GOOD_RUN)
		in->last.known = false;
	uv_timer_start(&in->timer, on_start,
	    (uint64_t)(backoff_next(&in->backoff, false) / NS_PER_MS), 0);
}

static void
close_outlet(struct outlet *o)
{
	if (o->fd == -1)
		return;
	pipe_reader_close(o->reader);
	close(o->fd);
	*o = (struct outlet){ .fd = -1, .ended = true };
}

static void
end_run(struct intake *in)
{
	command_free(in->command);
	in->command = NULL;
	close_outlet(&in->outlets[0]);
	close_outlet(&in->outlets[1]);
	stderr_log_free(in->errors);
	in->errors = NULL;
	after_run(in);
}

static bool
is_run_over(const struct intake *in)
{
	return in->exited && in->outlets[0].ended && in->outlets[1].ended;
}

static void
on_output_ended(void *owner)
{
	struct intake *in = owner;
	for (size_t i = 0; i < 2; i++) {
		struct outlet *o = &in->outlets[i];
		if (o->fd != -1)
			o->ended = pipe_reader_ended(o->reader);
	}
	if (is_run_over(in))
		end_run(in);
}

static void
on_command_ended(void *owner, int status, int signal)
{
	struct intake *in = owner;
	in->exited = true;
	in->now.status = status;
	in->now.signal = signal;
	if (is_run_over(in))
		end_run(in);
}

static void
open_outlet(struct intake *in, size_t i, int fd, const char *what, bool drafts)
{
	in->outlets[i] = (struct outlet){ .fd = fd };
	in->outlets[i].reader = pipe_reader_new(
	    &in->context, in->spool, fd, what, drafts, on_output_ended, in);
}

static void
start(struct intake *in)
{
	bool lines = in->context.options->command_stderr == STDERR_LINES;
	int out, err;
	in->now = (struct outcome){ .known = true };
	in->exited = false;
	in->started = clock_monotonic();
	in->command = command_start(in->context.loop, in->argv, &out, &err,
	    on_command_ended, in, &in->now.error);
	if (in->command == NULL) {
		in->context.failed(in->context.owner);
		after_run(in);
		return;
	}
	in->runs++;
	/* A spool keeps one line in progress. */
	open_outlet(in, 0, out, "the command's output", !lines);
	if (lines)
		open_outlet(in, 1, err, "the command's errors", false);
	else
		in->errors = stderr_log_new(in->context.loop, err, name_of(in));
}

static void
exec_second(struct intake *in)
{
	for (size_t i = 0; i < 2; i++)
		if (in->outlets[i].fd != -1)
			pipe_reader_second(in->outlets[i].reader);
	stderr_log_second(in->errors);
}

static void
on_closed(uv_handle_t *handle)
{
	struct intake *in = handle->data;
	free(in->argv);
	free(in);
}

static struct intake *
exec_open(const struct input_context *context, struct spool *spool)
{
	const struct string_list *command = &context->options->command;
	struct intake *in = xcalloc(1, sizeof(*in));
	*in = (struct intake){ .context = *context,
		.spool = spool,
		.backoff.max = RESTART_MAX,
		.outlets = { { .fd = -1, .ended = true },
		    { .fd = -1, .ended = true } } };
	in->argv = xcalloc(command->count + 1, sizeof(*in->argv));
	memcpy(in->argv, command->items, command->count * sizeof(*in->argv));
	in->timer.data = in;
	uv_timer_init(context->loop, &in->timer);
	/* Not before all inputs are open: else it would run for nothing. */
	uv_timer_start(&in->timer, on_start, 0, 0);
	return in;
}

static bool
exec_ended(const struct intake *in)
{
	return in->over;
}

static void
exec_status(const struct intake *in)
{
	if (in->command != NULL)
		log_info("input %s: %s runs as process %d, started %" PRIu64
			 " times",
		    name_of(in), in->argv[0], command_pid(in->command),
		    in->runs);
	else
		log_info("input %s: %s does not run, started %" PRIu64 " times",
		    name_of(in), in->argv[0], in->runs);
}

static void
on_patience(uv_timer_t *timer)
{
	struct intake *in = timer->data;
	in->out_of_patience = true;
}

/* What it still has to say is read, unless it takes too long. */
static void
wait_for_end(struct intake *in, uint64_t patience)
{
	in->out_of_patience = false;
	uv_timer_start(&in->timer, on_patience, patience, 0);
	while (in->command != NULL && !in->out_of_patience)
		uv_run(in->context.loop, UV_RUN_ONCE);
}

static void
exec_close(struct intake *in)
{
	in->stopping = true;
	if (in->command != NULL) {
		command_signal(in->command, SIGTERM);
		wait_for_end(in, GOODBYE_MS);
	}
	if (in->command != NULL) {
		command_signal(in->command, SIGKILL);
		wait_for_end(in, GOODBYE_MS / 4);
	}
	if (in->command != NULL)
		end_run(in); /* others have its output open */
	uv_close((uv_handle_t *)&in->timer, on_closed);
}

const struct intake_kind intake_exec = { NULL, exec_open, exec_second,
	exec_ended, exec_status, exec_close };
