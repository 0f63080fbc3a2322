#include "agent/readiness.h"

#include <stdlib.h>

#include "core/xalloc.h"

struct readiness {
	uv_poll_t poll;
	readiness_event *event;
	void *owner;
};

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct readiness *r = poll->data;
	(void)status; /* reading will say it */
	(void)events;
	r->event(r->owner);
}

struct readiness *
readiness_new(uv_loop_t *loop, int fd, readiness_event *event, void *owner)
{
	struct readiness *r = xcalloc(1, sizeof(*r));
	r->event = event;
	r->owner = owner;
	if (uv_poll_init(loop, &r->poll, fd) != 0) {
		free(r);
		return NULL;
	}
	r->poll.data = r;
	readiness_resume(r);
	return r;
}

void
readiness_pause(struct readiness *r)
{
	if (r != NULL)
		uv_poll_stop(&r->poll);
}

void
readiness_resume(struct readiness *r)
{
	if (r != NULL)
		uv_poll_start(&r->poll, UV_READABLE, on_poll);
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
readiness_stop(struct readiness *r)
{
	if (r != NULL)
		uv_close((uv_handle_t *)&r->poll, on_closed);
}
