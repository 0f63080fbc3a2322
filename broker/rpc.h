/*
 * Questions and answers between people's commands and weir's processes: a
 * question is one JSON object with a member `ask`, its answer one or more,
 * of which the last has `last`.  There are two ways in, and one protocol.
 *
 * A Unix socket, RUNTIME/agent.sock or RUNTIME/collector.sock, 0600, always:
 * also without a broker, and while the broker takes nothing.
 *
 * RabbitMQ, from any host: exchange EXCHANGE.rpc (topic), where a process
 * has an exclusive queue bound with `agent.HOST`, `agent` and `all` (or the
 * same of `collector`).  The question names its `reply_to`, which must be a
 * queue the broker named, and a correlation_id, which the answers carry.  The
 * connection belongs to a process of its own, `weir rpc`, because an answer
 * is a publish, and RabbitMQ reads nothing more from who publishes during an
 * alarm (design.md, section 3).
 *
 * Who may ask is who may open the socket, or write to EXCHANGE.rpc.
 *
 * Both ways speak in packets of core/pair:
 *
 *	asker, or weir rpc:	ASK ticket question
 *	the process:		ANSWER ticket page, ...; LAST ticket page,
 *				or SILENCE ticket
 *
 * and for what a process publishes besides answers, with weir rpc alone:
 *
 *	the process:		PUBLISH queue record, ...; FLUSH
 *	weir rpc:		FLUSHED, when the broker has answered for all
 *	weir rpc:		ALIVE, once a second
 */
#ifndef BROKER_RPC_H
#define BROKER_RPC_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "core/pair.h"

/* Longest question. */
#define RPC_QUESTION_MAX ((size_t)64 << 10)

/* Questions under way at once for one connection, RabbitMQ or socket. */
#define RPC_UNDER_WAY 16

enum rpc_packet {
	RPC_ASK = 1, /* uint64_t ticket, the asker's choice; JSON */
	RPC_ANSWER, /* uint64_t ticket; JSON: a page, and more come */
	RPC_LAST, /* uint64_t ticket; JSON: the last page */
	RPC_SILENCE, /* uint64_t ticket: it was meant for another process */
	RPC_PUBLISH, /* the queue's name, NUL, the encoded record */
	RPC_FLUSH,
	RPC_FLUSHED, /* struct rpc_flushed */
	RPC_ALIVE, /* bool: the broker is there */
};

/* What became of the records published since the last FLUSH. */
struct rpc_flushed {
	uint64_t published;
	uint64_t confirmed; /* by the broker, those returned not counted */
	uint64_t returned; /* there is no such queue */
};

/* The options with which the exchange for questions is declared. */
struct rpc_exchange {
	char name[256];
	struct broker_options options; /* refers to `name` and the original's */
};
void rpc_exchange_init(
    struct rpc_exchange *exchange, const struct broker_options *broker);

/*
 * What one host's processes of a role are asked by: ROLE.HOST, where the words
 * of the host's name are words of the key, and none is a wildcard.
 */
void rpc_host_key(const char *role, const char *host, char out[256]);

void rpc_send(
    struct pair *p, enum rpc_packet type, uint64_t ticket, struct str text);

/* Cut the ticket off the front.  0, or -1 if there is none. */
int rpc_read(struct str *payload, uint64_t *ticket);

#endif
