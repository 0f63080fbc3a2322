/*
 * type = stdin: lines from standard input, until it ends.  What is read here
 * cannot be read again.
 */
#include "agent/intake.h"

#include <stdlib.h>
#include <unistd.h>

#include "agent/pipe_reader.h"
#include "core/xalloc.h"

struct intake {
	struct spool *spool;
	struct pipe_reader *reader;
};

static void
on_end(void *owner)
{
	struct intake *in = owner;
	spool_end(in->spool);
}

static struct intake *
stdin_open(const struct input_context *context, struct spool *spool)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	in->spool = spool;
	in->reader = pipe_reader_new(
	    context, spool, STDIN_FILENO, "standard input", true, on_end, in);
	return in;
}

static void
stdin_second(struct intake *in)
{
	pipe_reader_second(in->reader);
}

static bool
stdin_ended(const struct intake *in)
{
	return pipe_reader_ended(in->reader);
}

static void
stdin_close(struct intake *in)
{
	pipe_reader_close(in->reader);
	free(in);
}

const struct intake_kind intake_stdin = { "stdin", stdin_open, stdin_second,
	stdin_ended, NULL, stdin_close };
