/*
 * The same binary started again in another role, as a child process.
 */
#ifndef CORE_CHILD_H
#define CORE_CHILD_H

#include <stddef.h>
#include <uv.h>

struct child;

/*
 * The child ended: by exit(`status`) when `signal` is 0.  Called once; the
 * owner then calls child_free.
 */
typedef void child_ended(void *owner, int status, int signal);

/*
 * Start /proc/self/exe with `argv` (argv[0] is what ps shows).  It inherits
 * standard input, output and error, and fds[i] as descriptor 3 + i (-1: that
 * one is closed there); all other descriptors are close-on-exec.  Takes over
 * fds[], also on failure.  Returns NULL having said why.
 */
struct child *child_start(uv_loop_t *loop, const char *const argv[],
    const int fds[], size_t count, child_ended *ended, void *owner);

void child_kill(struct child *c, int signal);

/* Leave it: it ends by itself, and nobody waits for that. */
void child_leave(struct child *c);

/* Kills it if it still runs; no event comes afterwards. */
void child_free(struct child *c);

#endif
