/*
 * A TCP connection to a host by name, without ever blocking: the name is
 * looked up on libuv's pool and the addresses are tried one after another.
 */
#ifndef BROKER_DIAL_H
#define BROKER_DIAL_H

#include <stdint.h>
#include <uv.h>

struct dial;

/*
 * Called once: `fd` is connected, non-blocking and the callee's to close; or
 * -1 and `why` says what was tried and what came of it.  The dial is gone
 * when this is called.
 */
typedef void dial_done(void *owner, int fd, const char *why);

struct dial_target {
	const char *host; /* not kept */
	int port;
	int64_t patience; /* ns to connect to one address */
	int64_t silence; /* ns without an acknowledgement until TCP gives up */
};

struct dial *dial_start(uv_loop_t *loop, const struct dial_target *target,
    dial_done *done, void *owner);

/* Give up; `done` is not called. */
void dial_cancel(struct dial *d);

#endif
