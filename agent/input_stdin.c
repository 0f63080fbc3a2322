/*
 * type = stdin: lines from standard input, until it ends.  What is read here
 * cannot be read again, so it goes into the spool first, whether there is
 * room in the window or not; from there it is routed.
 */
#include "agent/input.h"

#include <stdlib.h>
#include <unistd.h>

#include "agent/pipe_reader.h"
#include "agent/spool.h"
#include "core/xalloc.h"

struct input {
	struct input_context context;
	struct spool *spool;
	struct pipe_reader *reader;
	bool ended;
};

static void
on_end(void *owner)
{
	struct input *in = owner;
	in->ended = true;
	spool_end(in->spool);
}

static void
on_second(void *owner)
{
	struct input *in = owner;
	pipe_reader_second(in->reader);
}

static struct input *
stdin_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->spool = spool_open(context, "stdin", on_second, in);
	if (in->spool == NULL) {
		free(in);
		return NULL;
	}
	in->reader = pipe_reader_new(context, in->spool, STDIN_FILENO,
	    "standard input", true, on_end, in);
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
stdin_close(struct input *in)
{
	pipe_reader_close(in->reader);
	spool_close(in->spool);
	free(in);
}

const struct input_kind input_stdin = { stdin_open, stdin_turn, stdin_recorded,
	stdin_finished, stdin_status, stdin_close };
