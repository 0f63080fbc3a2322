/*
 * type = stdin: lines from standard input, until it ends.  What is read here
 * cannot be read again, so it goes into the spool first, whether there is
 * room in the window or not; from there it is routed.
 */
#include "agent/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/spool.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

/* So much of a line in progress is put into the spool at each read; more,
 * which may come in many pieces, once a second. */
#define DRAFT_NOW ((size_t)4 << 10)

struct input {
	struct input_context context;
	struct spool *spool;
	/* Which of the two: epoll does not take files, and they need none. */
	bool polled;
	union {
		uv_handle_t handle;
		uv_poll_t poll;
		uv_idle_t idle;
	} ready;
	bool ended;
	struct cutter cutter;
	struct level level; /* of a line in parts */
	struct buffer bytes; /* not cut yet: a line in progress */
	size_t drafted; /* how much of it is in the spool for safety */
};

static void on_readable(uv_poll_t *poll, int status, int events);
static void on_idle(uv_idle_t *idle);

static void
listen_for(struct input *in, bool wanted)
{
	if (!in->polled && wanted)
		uv_idle_start(&in->ready.idle, on_idle);
	else if (!in->polled)
		uv_idle_stop(&in->ready.idle);
	else if (wanted)
		uv_poll_start(&in->ready.poll, UV_READABLE, on_readable);
	else
		uv_poll_stop(&in->ready.poll);
}

static struct entry
entry_of(struct input *in, const struct cut *cut, int64_t received)
{
	if (cut->part == 1)
		in->level = router_level(in->context.router, cut->text);
	struct entry e = { .received = received,
		.part = cut->part,
		.flags = cut->flags,
		.text = cut->text };
	if (cut->part > 0) {
		e.severity = in->level.severity;
		e.facility = in->level.facility;
	}
	return e;
}

/* A line that nobody completes yet is not to hang on our life alone. */
static void
draft(struct input *in)
{
	struct cutter cutter = in->cutter; /* the real cut is yet to come */
	struct str rest = buffer_str(&in->bytes);
	struct cut cut;
	if (rest.len > in->drafted && cutter_last(&cutter, &rest, &cut)) {
		struct entry e = entry_of(in, &cut, clock_realtime());
		spool_draft(in->spool, &e);
		in->drafted = in->bytes.len;
	}
}

static void
cut_lines(struct input *in, bool last)
{
	int64_t received = clock_realtime();
	struct str all = buffer_str(&in->bytes), rest = all;
	struct cut cut;
	while (cutter_next(&in->cutter, &rest, &cut) ||
	    (last && cutter_last(&in->cutter, &rest, &cut))) {
		struct entry e = entry_of(in, &cut, received);
		spool_put(in->spool, &e);
		in->drafted = 0;
	}
	buffer_consume(&in->bytes, all.len - rest.len);
	spool_flush(in->spool);
	if (in->bytes.len <= DRAFT_NOW)
		draft(in);
}

static void
end(struct input *in)
{
	in->ended = true;
	cut_lines(in, true);
	spool_end(in->spool);
}

/* One read a turn of the loop, so that everything else has its turn too. */
static void
read_some(struct input *in)
{
	if (spool_has_room(in->spool)) {
		ssize_t n =
		    read(STDIN_FILENO, buffer_room(&in->bytes, CHUNK), CHUNK);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n == -1) {
			log_warn("input %s: read standard input",
			    in->context.options->name);
			in->context.failed(in->context.owner);
		}
		in->bytes.len += n > 0 ? (size_t)n : 0;
		if (n > 0)
			cut_lines(in, false);
		else
			end(in);
	}
	listen_for(in, !in->ended && spool_has_room(in->spool));
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status; /* read(2) will say it */
	(void)events;
	read_some(poll->data);
}

static void
on_idle(uv_idle_t *idle)
{
	read_some(idle->data);
}

static void
on_second(void *owner)
{
	struct input *in = owner;
	draft(in);
	listen_for(in, !in->ended && spool_has_room(in->spool));
}

static struct input *
stdin_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->cutter.max_line = (size_t)context->options->max_line;
	in->spool = spool_open(context, "stdin", on_second, in);
	if (in->spool == NULL) {
		free(in);
		return NULL;
	}
	in->polled =
	    uv_poll_init(context->loop, &in->ready.poll, STDIN_FILENO) == 0;
	if (!in->polled)
		uv_idle_init(context->loop, &in->ready.idle);
	in->ready.handle.data = in;
	listen_for(in, true);
	return in;
}

static bool
stdin_turn(struct input *in)
{
	return spool_turn(in->spool);
}

static void
stdin_recorded(struct input *in)
{
	spool_recorded(in->spool);
}

static bool
stdin_finished(const struct input *in)
{
	return in->ended && spool_is_drained(in->spool);
}

static void
stdin_status(const struct input *in)
{
	spool_status(in->spool);
}

static void
on_closed(uv_handle_t *handle)
{
	struct input *in = handle->data;
	buffer_clear(&in->bytes);
	free(in);
}

static void
stdin_close(struct input *in)
{
	listen_for(in, false);
	cut_lines(in, true);
	spool_close(in->spool);
	uv_close(&in->ready.handle, on_closed);
}

const struct input_kind input_stdin = { stdin_open, stdin_turn, stdin_recorded,
	stdin_finished, stdin_status, stdin_close };
