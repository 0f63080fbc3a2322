#include "agent/puller.h"

#include <stdlib.h>

#include "agent/readiness.h"
#include "agent/whole_line.h"
#include "core/log.h"
#include "core/xalloc.h"

/* At most so much for each turn of the loop. */
#define TURN_READS 256
#define TURN_BYTES ((size_t)64 << 10)

struct puller {
	struct input_context context;
	struct spool *spool;
	const char *what;
	const struct puller_kind *kind;
	struct intake *owner;
	bool open;
	struct readiness *readiness;
	uv_idle_t reading; /* runs while there is more to read and room */
	bool ended; /* there was a moment without more */
	bool failing; /* and that was said */
};

struct puller *
puller_new(const struct input_context *context, struct spool *spool,
    const char *what, const struct puller_kind *kind, struct intake *owner)
{
	struct puller *p = xcalloc(1, sizeof(*p));
	*p = (struct puller){ .context = *context,
		.spool = spool,
		.what = what,
		.kind = kind,
		.owner = owner };
	p->reading.data = p;
	uv_idle_init(context->loop, &p->reading);
	return p;
}

void
puller_shut(struct puller *p)
{
	readiness_stop(p->readiness);
	p->readiness = NULL;
	p->open = false;
	uv_idle_stop(&p->reading);
	p->kind->shut(p->owner);
}

static void
pull(struct puller *p)
{
	enum pulled got = PULLED_SOME;
	size_t size = 0;
	for (int n = 0; n < TURN_READS && size < TURN_BYTES; n++) {
		got = p->kind->read(p->owner, &size);
		if (got != PULLED_SOME)
			break;
	}
	spool_flush(p->spool);
	if (got == PULLED_SOME)
		return;
	uv_idle_stop(&p->reading);
	if (got == PULLED_END)
		readiness_pause(p->readiness);
	if (got == PULLED_NONE)
		puller_shut(p);
	p->ended = true;
	if (p->context.once)
		spool_end(p->spool);
}

static void
on_reading(uv_idle_t *idle)
{
	struct puller *p = idle->data;
	if (spool_has_room(p->spool)) {
		pull(p);
		return;
	}
	uv_idle_stop(idle); /* until the next second */
	if (p->kind->event == NULL)
		readiness_pause(p->readiness);
}

static void
on_event(void *owner)
{
	struct puller *p = owner;
	if (p->kind->event != NULL && p->kind->event(p->owner) == -1) {
		puller_shut(p);
		return;
	}
	uv_idle_start(&p->reading, on_reading);
}

static void
open_it(struct puller *p)
{
	int fd = p->kind->open(p->owner);
	if (fd == -1) {
		puller_shut(p);
		return;
	}
	if (p->failing)
		log_info("input %s: %s can be read", p->context.options->name,
		    p->what);
	p->failing = false;
	p->open = true;
	p->readiness = readiness_new(p->context.loop, fd, on_event, p);
	uv_idle_start(&p->reading, on_reading);
}

int
puller_begin(struct puller *p)
{
	struct buffer said = { 0 };
	uint64_t from;
	int found = spool_cursor(p->spool, &said);
	if (found == 0) {
		p->kind->start(p->owner, &said);
		found = spool_mark(p->spool, buffer_str(&said));
	}
	if (found != -1) {
		struct str cursor = whole_line_cursor(buffer_str(&said), &from);
		p->kind->resume(p->owner, cursor, from);
		open_it(p);
	}
	buffer_clear(&said);
	return found == -1 ? -1 : 0;
}

void
puller_second(struct puller *p)
{
	if (!p->open)
		open_it(p);
	else if (spool_has_room(p->spool)) {
		readiness_resume(p->readiness);
		on_event(p);
	}
}

bool
puller_is_failing(const struct puller *p)
{
	return p->failing;
}

void
puller_fail(struct puller *p)
{
	p->failing = true;
	p->context.failed(p->context.owner);
}

bool
puller_ended(const struct puller *p)
{
	return p->ended || p->failing;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
puller_free(struct puller *p)
{
	puller_shut(p);
	uv_close((uv_handle_t *)&p->reading, on_closed);
}
