/*
 * type = stdin: lines from standard input, until it ends.  What was read
 * here cannot be read again: lines that are not confirmed when the agent is
 * killed are lost, which is why reading pauses at the window.
 */
#include "agent/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

struct input {
	struct input_context context;
	struct source *source;
	uv_poll_t poll;
	bool polled; /* false: a file or the like, which is always ready */
	bool readable;
	bool ended;
	struct cutter cutter;
	struct level level; /* of a line in parts */
	uint64_t offset; /* of the first byte in `bytes` */
	struct buffer bytes;
};

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct input *in = poll->data;
	(void)status; /* read(2) will say it */
	(void)events;
	uv_poll_stop(poll);
	in->readable = true;
	in->context.wake(in->context.owner);
}

static struct input *
stdin_open(const struct input_context *context)
{
	static const struct identity none = { 0 };
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->source = source_new(context->options->name, &none, "stdin");
	in->source->recorded = true;
	in->cutter.max_line = (size_t)context->options->max_line;
	in->poll.data = in;
	in->polled = uv_poll_init(context->loop, &in->poll, STDIN_FILENO) == 0;
	in->readable = !in->polled;
	if (in->polled)
		uv_poll_start(&in->poll, UV_READABLE, on_readable);
	else
		context->wake(context->owner);
	return in;
}

static void
route(struct input *in)
{
	struct origin origin = { in->source, span_open(in->source),
		clock_realtime(), &in->level };
	struct str all = buffer_str(&in->bytes), rest = all;
	struct cut cut;
	while (cutter_next(&in->cutter, &rest, &cut) ||
	    (in->ended && cutter_last(&in->cutter, &rest, &cut)))
		router_take(in->context.router, &origin, &cut,
		    in->offset + (size_t)(rest.data - all.data));
	size_t taken = all.len - rest.len;
	in->offset += taken;
	buffer_consume(&in->bytes, taken);
	struct position end = { .offset = in->offset };
	span_close(origin.span, &end);
}

static bool
stdin_turn(struct input *in)
{
	if (!in->readable || in->ended)
		return false;
	ssize_t n = read(STDIN_FILENO, buffer_room(&in->bytes, CHUNK), CHUNK);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		n = 0;
	else if (n <= 0) {
		if (n == -1) {
			log_warn("input %s: read standard input",
			    in->context.options->name);
			in->context.failed(in->context.owner);
		}
		in->ended = true;
		n = 0;
	}
	in->bytes.len += (size_t)n;
	route(in);
	if (in->polled && !in->ended) {
		in->readable = false;
		uv_poll_start(&in->poll, UV_READABLE, on_readable);
	}
	return in->readable && !in->ended;
}

static void
stdin_recorded(struct input *in)
{
	(void)in; /* this source is in no checkpoint */
}

static bool
stdin_finished(const struct input *in)
{
	return in->ended;
}

static void
release(struct input *in)
{
	source_free(in->source);
	buffer_clear(&in->bytes);
	free(in);
}

static void
on_closed(uv_handle_t *handle)
{
	release(handle->data);
}

static void
stdin_close(struct input *in)
{
	if (in->polled)
		uv_close((uv_handle_t *)&in->poll, on_closed);
	else
		release(in);
}

const struct input_kind input_stdin = { stdin_open, stdin_turn, stdin_recorded,
	stdin_finished, stdin_close };
