#include "agent/stderr_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/readiness.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)4 << 10)
#define LINE_MAX_LEN ((size_t)300)
#define LINES 10
#define PERIOD (10 * NS_PER_SECOND)

struct stderr_log {
	int fd;
	struct readiness *readiness;
	const char *input;
	struct buffer bytes; /* of a line that has no end yet */
	int64_t began; /* monotonic: of this period */
	int said; /* lines in it */
	uint64_t left_out;
};

static void
next_period(struct stderr_log *l)
{
	if (clock_monotonic() - l->began < PERIOD)
		return;
	if (l->left_out > 0)
		log_warnx("input %s: the command said %" PRIu64
			  " lines more on its standard error",
		    l->input, l->left_out);
	l->began = clock_monotonic();
	l->said = 0;
	l->left_out = 0;
}

static void
say(struct stderr_log *l, struct str line)
{
	char text[LINE_MAX_LEN];
	if (line.len == 0)
		return;
	next_period(l);
	if (l->said == LINES) {
		l->left_out++;
		return;
	}
	l->said++;
	size_t len = line.len < sizeof(text) ? line.len : sizeof(text);
	for (size_t i = 0; i < len; i++)
		text[i] = line.data[i];
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	log_warnx("input %s: the command says: %.*s", l->input, (int)len, text);
}

/* Lines, and pieces of what is too long for one. */
static void
say_lines(struct stderr_log *l, bool last)
{
	struct str rest = buffer_str(&l->bytes);
	const char *lf;
	while (rest.len > 0 && (lf = memchr(rest.data, '\n', rest.len))) {
		size_t len = (size_t)(lf - rest.data);
		say(l, (struct str){ rest.data, len });
		rest = str_after(rest, len + 1);
	}
	if (last || rest.len > CHUNK) {
		say(l, rest);
		rest.len = 0;
	}
	buffer_consume(&l->bytes, l->bytes.len - rest.len);
}

/* False: there is no more, for now or for ever. */
static bool
read_some(struct stderr_log *l)
{
	ssize_t n = read(l->fd, buffer_room(&l->bytes, CHUNK), CHUNK);
	if (n == 0) {
		readiness_stop(l->readiness);
		l->readiness = NULL;
	}
	if (n <= 0)
		return false;
	l->bytes.len += (size_t)n;
	say_lines(l, false);
	return true;
}

static void
on_readable(void *owner)
{
	read_some(owner);
}

struct stderr_log *
stderr_log_new(uv_loop_t *loop, int fd, const char *input)
{
	struct stderr_log *l = xcalloc(1, sizeof(*l));
	*l = (struct stderr_log){
		.fd = fd, .input = input, .began = clock_monotonic()
	};
	l->readiness = readiness_new(loop, fd, on_readable, l);
	return l;
}

void
stderr_log_second(struct stderr_log *l)
{
	if (l != NULL)
		next_period(l);
}

void
stderr_log_free(struct stderr_log *l)
{
	if (l == NULL)
		return;
	/* No more than a pipe holds: somebody may go on writing. */
	for (int n = 0; n < 16 && l->readiness != NULL && read_some(l); n++)
		;
	say_lines(l, true);
	if (l->left_out > 0) {
		l->began -= PERIOD;
		next_period(l);
	}
	readiness_stop(l->readiness);
	close(l->fd);
	buffer_clear(&l->bytes);
	free(l);
}
