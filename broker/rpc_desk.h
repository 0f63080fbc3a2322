/*
 * The questions that came from RabbitMQ and are with the parent: what to
 * answer each one to.
 *
 * Invariant: a letter is acknowledged when its answer is complete, so that
 * the broker keeps what is more than RPC_UNDER_WAY.
 */
#ifndef BROKER_RPC_DESK_H
#define BROKER_RPC_DESK_H

#include "broker/confirms.h"
#include "broker/letter.h"
#include "broker/rpc.h"
#include "broker/session.h"

/* A question under way. */
struct rpc_errand {
	uint64_t ticket; /* 0: free */
	uint64_t tag;
	char reply_to[256];
	char correlation[256];
};

struct rpc_desk {
	struct pair *parent;
	struct session *session; /* NULL: down */
	struct confirms *confirms; /* of the session's channel */
	uint64_t answers; /* the id answers have there */
	struct rpc_errand errands[RPC_UNDER_WAY];
	uint64_t last_ticket;
};

/* Hand a question to the parent, or turn it down. */
void rpc_desk_take(struct rpc_desk *d, const struct letter *l);

/*
 * A packet of the parent: RPC_ANSWER, RPC_LAST or RPC_SILENCE.  What was
 * asked in a session that is gone is let go: nobody waits for it.
 */
void
rpc_desk_answer(struct rpc_desk *d, enum rpc_packet type, struct str payload);

/* The session is gone, and the reply queues of those who asked may be. */
void rpc_desk_reset(struct rpc_desk *d);

#endif
