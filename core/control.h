/*
 * What a long-running process is told from outside.  Started by a person or
 * by systemd it listens to signals: TERM and INT stop it (a second one at
 * once), HUP and USR1 reopen its files, USR2 asks for its state in the log.
 * Started by `weir run` it ignores these, which a terminal sends to the
 * whole group, and is told over a pair instead; the end of that pair is the
 * end of its parent.
 */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include <stdbool.h>
#include <uv.h>

enum control_packet {
	CONTROL_READY = 1, /* child: what it is for can begin */
	CONTROL_ALIVE, /* child: once a second, from its loop */
	CONTROL_STOP, /* parent: drain, then exit */
	CONTROL_FINISH, /* parent: take what is there to take, then exit */
	CONTROL_REOPEN,
	CONTROL_STATUS,
};

struct control;

struct control_events {
	/* Stop; `now`: without draining. */
	void (*stop)(void *owner, bool now);
	void (*finish)(void *owner); /* may be NULL */
	void (*reopen)(void *owner); /* may be NULL */
	void (*status)(void *owner); /* may be NULL */
};

/* `fd`: the pair from the parent, taken over; -1: signals. */
struct control *control_new(
    uv_loop_t *loop, int fd, const struct control_events *events, void *owner);

/* Tell the parent, if there is one. */
void control_ready(struct control *c);

void control_free(struct control *c);

#endif
