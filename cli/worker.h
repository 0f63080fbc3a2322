/*
 * A child of `weir run`: an agent or a collector, told what to do over a
 * pair (core/control.h), watched for signs of life, and started again when
 * it ends without having been asked to.
 */
#ifndef CLI_WORKER_H
#define CLI_WORKER_H

#include <stdbool.h>
#include <uv.h>

#include "config/config.h"
#include "core/control.h"

struct worker;

struct worker_events {
	/* It is ready, for the first time since it was started. */
	void (*ready)(void *owner, struct worker *w);
	/* It ended; 128 + the signal if that killed it. */
	void (*ended)(void *owner, struct worker *w, int status);
};

/* `verb` is "agent" or "collector"; nothing is started yet. */
struct worker *worker_new(uv_loop_t *loop, const struct config *config,
    const char *verb, const struct worker_events *events, void *owner);

/*
 * Start it.  `link` is its end of the embedded router's pair, taken over, or
 * -1.  `arguments` (NULL-terminated, kept) follow the verb.  An agent gets the
 * sockets that systemd gave us (core/given.h).  0, or -1 having said why.
 */
int worker_start(struct worker *w, int link, const char *const *arguments);

/* Tell it; nothing happens if it does not run. */
void worker_tell(struct worker *w, enum control_packet what);

void worker_kill(struct worker *w);

bool worker_runs(const struct worker *w);
bool worker_was_ready(const struct worker *w);
const char *worker_verb(const struct worker *w);

void worker_free(struct worker *w);

#endif
