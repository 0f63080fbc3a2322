#include "collector/sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/xalloc.h"

/* How long an exit waits for a reader that does not read. */
#define PATIENCE_MS 100

/*
 * A descriptor shared with a shell cannot be made non-blocking.  But a pipe
 * that polls writable takes PIPE_BUF bytes without blocking.
 */
static size_t
safe_length(void)
{
	struct stat st;
	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return SSIZE_MAX;
	return PIPE_BUF;
}

static enum sink_result
send_some(struct buffer *bytes, size_t *sent, size_t max)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int ready = poll(&p, 1, PATIENCE_MS);
	if (ready == 0 || (ready == -1 && errno == EINTR))
		return SINK_AGAIN;
	size_t len = bytes->len - *sent;
	ssize_t n =
	    write(STDOUT_FILENO, bytes->data + *sent, len < max ? len : max);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? SINK_AGAIN
		    : errno == EPIPE			 ? SINK_ENDED
							 : SINK_FAILED;
	*sent += (size_t)n;
	return SINK_DONE;
}

static enum sink_result
stdout_prepare(struct sink *s, struct sink_failure *f)
{
	(void)s;
	(void)f;
	return SINK_DONE;
}

static enum sink_result
stdout_write(struct sink *s, struct buffer *bytes, struct sink_failure *f)
{
	(void)s;
	size_t sent = 0, max = safe_length();
	enum sink_result result = SINK_DONE;
	while (sent < bytes->len && result == SINK_DONE)
		result = send_some(bytes, &sent, max);
	if (result == SINK_FAILED || result == SINK_ENDED)
		sink_fail(f, "standard output");
	buffer_consume(bytes, sent);
	return result;
}

static void
stdout_close(struct sink *s)
{
	(void)s;
}

static void
stdout_free(struct sink *s)
{
	free(s);
}

static const struct sink_type stdout_type = {
	.prepare = stdout_prepare,
	.write = stdout_write,
	.close = stdout_close,
	.free = stdout_free,
};

struct sink *
sink_stdout_new(void)
{
	struct sink *s = xcalloc(1, sizeof(*s));
	s->type = &stdout_type;
	return s;
}
