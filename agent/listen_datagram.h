/*
 * Datagrams as syslog (RFC 5426; /dev/log): each is one message.  As many as
 * there are come by one recvmmsg(2), and go into the spool by one write.
 *
 * Of UDP, the kernel drops what comes while its buffer is full.  How many it
 * says with a later datagram (SO_RXQ_OVFL), and, since Linux 4.12, when it is
 * asked (SO_MEMINFO): that is done whenever the buffer was emptied, so that
 * the last ones are counted too; and once a second, because one that has room
 * in no buffer is dropped although it is empty.  A program that writes to a
 * Unix socket waits instead of losing anything: so what is there is always
 * taken, and dropped where there is no room for it, rather than letting a
 * program wait.
 */
#ifndef AGENT_LISTEN_DATAGRAM_H
#define AGENT_LISTEN_DATAGRAM_H

#include "agent/listen_open.h"
#include "agent/reception.h"

struct listen_datagram;

/* Takes over the descriptor of `socket`, which outlives it; a path it has is
 * kept (agent/listen_keeper.h). */
struct listen_datagram *listen_datagram_new(
    uv_loop_t *loop, struct reception *r, struct listening *socket);

/* What is there is taken, and nothing more. */
void listen_datagram_free(struct listen_datagram *l);

#endif
