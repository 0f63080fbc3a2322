/*
 * Being told when a descriptor can be read, where descriptors come and go:
 * one is stopped at once, whenever libuv lets go of its memory.
 */
#ifndef AGENT_READINESS_H
#define AGENT_READINESS_H

#include <uv.h>

struct readiness;

typedef void readiness_event(void *owner);

/*
 * Tell each time `fd` is readable, until readiness_stop.  NULL: it is of a
 * kind that poll does not know, a regular file, say; who has it looks
 * himself from time to time.
 */
struct readiness *
readiness_new(uv_loop_t *loop, int fd, readiness_event *event, void *owner);

/* Tell no more, for now, and again. */
void readiness_pause(struct readiness *r);
void readiness_resume(struct readiness *r);

/* No event comes from here on; `fd` may be closed.  Takes over `r`. */
void readiness_stop(struct readiness *r);

#endif
