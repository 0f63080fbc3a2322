/*
 * `weir tail` on the embedded router: a socket in the runtime directory,
 * where whoever may open it (0600) is shown the lines that match his
 * patterns.  One who is slow misses lines and is told how many; nobody ever
 * delays a commit.
 */
#ifndef BROKER_LOCAL_TAIL_H
#define BROKER_LOCAL_TAIL_H

#include <uv.h>

#include "config/config.h"
#include "record/record.h"

/* What goes over the socket, in the packets of core/pair. */
enum local_tail_packet {
	TAIL_PATTERN = 1, /* client: one binding; at least one */
	TAIL_LINE, /* an encoded record */
	TAIL_MISSED, /* uint64_t: lines that were not shown just now */
};

struct local_tail;

/*
 * Listen on RUNTIME/tail.sock.  When that cannot be done it is said, and
 * nobody is served; NULL is never returned.
 */
struct local_tail *local_tail_new(uv_loop_t *loop, const struct config *config);

/* Show a line to those whose patterns match its key. */
void local_tail_show(struct local_tail *t, const struct record *r);

void local_tail_free(struct local_tail *t);

/*
 * The client's side: a connected descriptor, or -1 having said why (`weir
 * run` with url = local: does not run, or not for us).
 */
int local_tail_connect(const struct config *config);

#endif
