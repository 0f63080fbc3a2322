/*
 * The asker's side of broker/rpc.h, by all ways at once: the sockets of this
 * host's agent and collector, and RabbitMQ.
 */
#ifndef BROKER_ASK_H
#define BROKER_ASK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/json.h"

enum ask_way {
	ASK_AGENT, /* RUNTIME/agent.sock */
	ASK_COLLECTOR, /* RUNTIME/collector.sock */
	ASK_BROKER,
	ASK_WAYS,
};

enum ask_state {
	ASK_CLOSED, /* nobody is there; for the broker: not to be used */
	ASK_CONNECTING, /* the broker alone; what is asked waits for it */
	ASK_OPEN,
	ASK_BLOCKED, /* the broker takes no questions, for an alarm */
	ASK_FAILED, /* the broker is not there; it is tried again */
};

struct ask;

struct ask_events {
	/*
	 * A page of an answer to the question `ticket`, the callee's to free;
	 * NULL: whoever was asked says that it is not for him, or nobody is
	 * there to be asked.  `last`: nothing more comes from the one whose
	 * page it is.
	 */
	void (*page)(void *owner, enum ask_way way, uint64_t ticket,
	    struct json *page, bool last);
	/* Some way's state did. */
	void (*changed)(void *owner);
};

/*
 * Opens all ways there are.  `name` begins what is logged; it and `config`
 * must outlive it.  A question that finds nobody within `patience` (ns) is
 * dropped by the broker.
 */
struct ask *
ask_new(uv_loop_t *loop, const struct config *config, const char *name,
    int64_t patience, const struct ask_events *events, void *owner);

enum ask_state ask_state(const struct ask *a, enum ask_way way);

/*
 * Ask by a way that is not closed.  `whom` is for the broker: "agent",
 * "collector", "all", or as rpc_host_key has it.  Returns the ticket.
 */
uint64_t ask_send(struct ask *a, enum ask_way way, const char *whom,
    const struct json *question);

void ask_free(struct ask *a);

#endif
