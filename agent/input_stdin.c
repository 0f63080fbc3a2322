/*
 * type = stdin: lines from standard input, until it ends.  What is read here
 * cannot be read again.
 */
#include "agent/intake.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/pipe_reader.h"
#include "core/xalloc.h"

struct intake {
	struct spool *spool;
	int fd;
	struct pipe_reader *reader;
};

static void
on_end(void *owner)
{
	struct intake *in = owner;
	spool_end(in->spool);
}

/*
 * What libuv polls it makes non-blocking, for all who have it open: of a pipe
 * or a terminal, which somebody else reads after us, we open our own.  A file
 * is not polled.  (A named pipe that is opened anew does not tell its end.)
 */
static int
open_own(void)
{
	static const char self[] = "/proc/self/fd/0";
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	char name[64];
	ssize_t n = readlink(self, name, sizeof(name));
	struct str what = { name, n > 0 ? (size_t)n : 0 };
	int fd = -1;
	if (str_starts(what, (struct str)STR("pipe:")) || isatty(STDIN_FILENO))
		fd = open(self, flags);
	return fd != -1 ? fd : STDIN_FILENO;
}

static struct intake *
stdin_open(const struct input_context *context, struct spool *spool)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	in->spool = spool;
	in->fd = open_own();
	in->reader = pipe_reader_new(
	    context, spool, in->fd, "standard input", true, on_end, in);
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
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	free(in);
}

const struct intake_kind intake_stdin = { "stdin", stdin_open, stdin_second,
	stdin_ended, NULL, stdin_close };
