/*
 * One connection over which syslog comes in: frames cut from its bytes
 * (agent/framing.h), behind TLS where it is so.  It is read once in each turn
 * of the loop, so that all have the same share of it however much one sends,
 * and not at all while its set is paused: then the sender waits.
 */
#ifndef AGENT_TALKER_H
#define AGENT_TALKER_H

#include <netinet/in.h>

#include "agent/framing.h"
#include "agent/reception.h"
#include "agent/tls.h"

struct talker;

/* What the connections of an input have in common. */
struct talker_set {
	uv_loop_t *loop;
	struct reception *reception;
	char *chunk; /* TALKER_CHUNK bytes to read into */
	/* It is over; the owner then calls talker_free. */
	void (*ended)(void *owner, struct talker *c);
	/* The handshake failed; it is over too. */
	void (*rejected)(void *owner, const struct talker *c, const char *why);
	void *owner;
};

#define TALKER_CHUNK ((size_t)64 << 10)

struct talker {
	uv_poll_t poll;
	int fd;
	const struct talker_set *set;
	struct tls_session *tls; /* NULL: plain */
	bool handshaking;
	bool over;
	int events; /* of uv_poll, for which it waits */
	struct framing framing;
	struct sender sender;
	struct buffer waiting; /* bytes whose frame is not complete */
	struct in6_addr host; /* of whom it is */
	uint64_t
	    heard; /* ms of the loop's clock: when it last said something */
	struct talker *prev, *next; /* its owner's */
};

/* Takes over `fd`; `address` is whom accept(2) named. */
struct talker *talker_new(const struct talker_set *set, int fd,
    const struct sockaddr *address, const struct tls *tls);

/* Read, or wait with that. */
void talker_listen(struct talker *c, bool wanted);

/* No more from it: what waits is its last frame. */
void talker_finish(struct talker *c);

/* We stop: take what its kernel sent and ours has, which is lost otherwise,
 * unless that does not end; then as talker_finish. */
void talker_drain(struct talker *c);

void talker_free(struct talker *c);

#endif
