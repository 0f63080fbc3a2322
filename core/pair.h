/*
 * Packets between two of our processes, over a stream socket.  A packet is
 * a version, a type and a length in front of its bytes, so that a line of a
 * MiB passes.  Sending never blocks and never fails: what the peer does not
 * take yet waits in memory, and pair_has_room says when to stop adding.
 *
 * Invariant: packets arrive whole, in order, or the end is reported.  (A peer
 * that is paused learns of the end at once, and not of the packets before.)
 */
#ifndef CORE_PAIR_H
#define CORE_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "core/str.h"

/* Longest payload: the longest line there may be, and its fields. */
#define PAIR_PACKET_MAX (80u << 20)

struct pair;

struct pair_events {
	/* One packet; `payload` is valid during the call. */
	void (*packet)(void *owner, unsigned type, struct str payload);
	/* What waited has gone out: there is room again.  May be NULL. */
	void (*room)(void *owner);
	/*
	 * The peer closed, or `why` says how it broke the protocol.  Called
	 * once, as the last event; the owner then calls pair_free.
	 */
	void (*end)(void *owner, const char *why);
};

/* Takes over `fd`.  Events come from the loop, never from these functions. */
struct pair *pair_new(
    uv_loop_t *loop, int fd, const struct pair_events *events, void *owner);

void pair_send(struct pair *p, unsigned type, const void *data, size_t len);

/*
 * Room for a packet of exactly `len` bytes of payload, to be filled in
 * before the next call of any pair function.
 */
char *pair_reserve(struct pair *p, unsigned type, size_t len);

/* True while less than 256 KiB wait to be sent; if not, `room` will come. */
bool pair_has_room(struct pair *p);

/* Stop reading from the peer, or go on.  Its end is noticed all the same. */
void pair_pause(struct pair *p, bool paused);

/* Closes; no event comes afterwards.  May be called from an event. */
void pair_free(struct pair *p);

/*
 * A connected pair of sockets in fds[], close-on-exec and non-blocking.
 * 0, or -1 having said why.
 */
int pair_sockets(int fds[2]);

#endif
