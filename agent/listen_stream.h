/*
 * A socket at which connections arrive.
 */
#ifndef AGENT_LISTEN_STREAM_H
#define AGENT_LISTEN_STREAM_H

#include "agent/listen_open.h"
#include "agent/talkers.h"

struct listen_stream;

/* Takes over the descriptor of `socket`, which outlives it; a path it has is
 * kept (agent/listen_keeper.h).  `tls`: for all that arrive, or NULL. */
struct listen_stream *listen_stream_new(uv_loop_t *loop, struct talkers *s,
    struct listening *socket, const struct tls *tls);

/* Connections that wait to be taken are taken, and none after them. */
void listen_stream_free(struct listen_stream *l);

#endif
