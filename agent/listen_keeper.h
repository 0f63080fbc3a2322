/*
 * A Unix socket at a path, kept there: whoever cleans /run or replaces /dev
 * removes the name of a socket that is served, and then nobody finds it.  It
 * is looked at once a second, and made anew where nothing stands any more; at
 * what somebody else has put there nothing is done.
 */
#ifndef AGENT_LISTEN_KEEPER_H
#define AGENT_LISTEN_KEEPER_H

#include <uv.h>

#include "agent/listen_open.h"

struct listen_keeper;

/*
 * `socket`, which outlives it, has a path; when it is made anew its
 * descriptor keeps its number.  Before that `let_go` takes all that waits in
 * the old one, and polls it no more; then `go_on` does again.
 */
struct listen_keeper *listen_keeper_new(uv_loop_t *loop,
    const struct input_options *input, struct listening *socket,
    void (*let_go)(void *owner), void (*go_on)(void *owner), void *owner);

/* NULL is fine. */
void listen_keeper_free(struct listen_keeper *k);

#endif
