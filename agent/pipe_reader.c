#include "agent/pipe_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

/* So much of a line in progress is put into the spool at each read; more,
 * which may come in many pieces, once a second. */
#define DRAFT_NOW ((size_t)4 << 10)

struct pipe_reader {
	struct input_context context;
	struct spool *spool;
	int fd;
	const char *what;
	pipe_ended *on_end;
	void *owner;
	/* Which of the two: epoll does not take files, and they need none. */
	bool polled;
	union {
		uv_handle_t handle;
		uv_poll_t poll;
		uv_idle_t idle;
	} ready;
	bool ended;
	bool drafts;
	struct cutter cutter;
	struct level level; /* of a line in parts */
	struct buffer bytes; /* not cut yet: a line in progress */
	size_t drafted; /* how much of it is in the spool for safety */
};

static void on_readable(uv_poll_t *poll, int status, int events);
static void on_idle(uv_idle_t *idle);

static void
listen_for(struct pipe_reader *p, bool wanted)
{
	if (!p->polled && wanted)
		uv_idle_start(&p->ready.idle, on_idle);
	else if (!p->polled)
		uv_idle_stop(&p->ready.idle);
	else if (wanted)
		uv_poll_start(&p->ready.poll, UV_READABLE, on_readable);
	else
		uv_poll_stop(&p->ready.poll);
}

static struct entry
entry_of(struct pipe_reader *p, const struct cut *cut, int64_t received)
{
	if (cut->part == 1)
		p->level = router_level(p->context.router, cut->text);
	struct entry e = { .received = received,
		.part = cut->part,
		.flags = cut->flags,
		.text = cut->text };
	if (cut->part > 0) {
		e.severity = p->level.severity;
		e.facility = p->level.facility;
	}
	return e;
}

/* A line that nobody completes yet is not to hang on our life alone. */
static void
draft(struct pipe_reader *p)
{
	struct cutter cutter = p->cutter; /* the real cut is yet to come */
	struct str rest = buffer_str(&p->bytes);
	struct cut cut;
	if (rest.len > p->drafted && cutter_last(&cutter, &rest, &cut)) {
		struct entry e = entry_of(p, &cut, clock_realtime());
		spool_draft(p->spool, &e);
		p->drafted = p->bytes.len;
	}
}

static void
cut_lines(struct pipe_reader *p, bool last)
{
	int64_t received = clock_realtime();
	struct str all = buffer_str(&p->bytes), rest = all;
	struct cut cut;
	while (cutter_next(&p->cutter, &rest, &cut) ||
	    (last && cutter_last(&p->cutter, &rest, &cut))) {
		struct entry e = entry_of(p, &cut, received);
		spool_put(p->spool, &e);
		p->drafted = 0;
	}
	buffer_consume(&p->bytes, all.len - rest.len);
	spool_flush(p->spool);
	if (p->drafts && p->bytes.len <= DRAFT_NOW)
		draft(p);
}

static void
end(struct pipe_reader *p)
{
	p->ended = true;
	cut_lines(p, true);
	listen_for(p, false);
	p->on_end(p->owner); /* who may close it */
}

/* One read a turn of the loop, so that everything else has its turn too. */
static void
read_some(struct pipe_reader *p)
{
	if (spool_has_room(p->spool)) {
		ssize_t n = read(p->fd, buffer_room(&p->bytes, CHUNK), CHUNK);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n == -1) {
			log_warn("input %s: read %s", p->context.options->name,
			    p->what);
			p->context.failed(p->context.owner);
		}
		if (n <= 0) {
			end(p);
			return;
		}
		p->bytes.len += (size_t)n;
		cut_lines(p, false);
	}
	listen_for(p, spool_has_room(p->spool));
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

bool
pipe_reader_ended(const struct pipe_reader *p)
{
	return p->ended;
}

void
pipe_reader_second(struct pipe_reader *p)
{
	if (p->drafts)
		draft(p);
	listen_for(p, !p->ended && spool_has_room(p->spool));
}

struct pipe_reader *
pipe_reader_new(const struct input_context *context, struct spool *spool,
    int fd, const char *what, bool drafts, pipe_ended *ended, void *owner)
{
	struct pipe_reader *p = xcalloc(1, sizeof(*p));
	*p = (struct pipe_reader){ .context = *context,
		.spool = spool,
		.fd = fd,
		.what = what,
		.drafts = drafts,
		.on_end = ended,
		.owner = owner,
		.cutter.max_line = (size_t)context->options->max_line };
	p->polled = uv_poll_init(context->loop, &p->ready.poll, fd) == 0;
	if (!p->polled)
		uv_idle_init(context->loop, &p->ready.idle);
	p->ready.handle.data = p;
	listen_for(p, true);
	return p;
}

static void
on_closed(uv_handle_t *handle)
{
	struct pipe_reader *p = handle->data;
	buffer_clear(&p->bytes);
	free(p);
}

void
pipe_reader_close(struct pipe_reader *p)
{
	listen_for(p, false);
	cut_lines(p, true);
	uv_close(&p->ready.handle, on_closed);
}
