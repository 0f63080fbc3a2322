/*
 * What an agent or a collector is asked, by its socket and over RabbitMQ
 * (broker/rpc.h): hands each question to the role, and takes the pages of the
 * answer to whoever asked.
 *
 * Invariant: nothing here waits for an asker.  One who does not take what he
 * is told is not listened to meanwhile, so that about one answer for each
 * connection is in memory at most.
 */
#ifndef BROKER_RPC_SERVICE_H
#define BROKER_RPC_SERVICE_H

#include <stdbool.h>
#include <uv.h>

#include "broker/rpc_parent.h"
#include "config/config.h"
#include "core/json.h"

struct rpc_service;

/* A question that waits for the last page of its answer. */
struct rpc_call;

struct rpc_service_events {
	/*
	 * `question` has a text `ask`, and is valid during the call.  Answer
	 * at once or later; every call must come to its last page.
	 */
	void (*asked)(
	    void *owner, struct rpc_call *call, const struct json *question);
	/* As in rpc_parent_events; both may be NULL. */
	void (*room)(void *owner);
	void (*flushed)(void *owner, const struct rpc_flushed *flushed);
};

/*
 * `role` is "agent" or "collector"; it and `config` must outlive the service.
 * What cannot be served is said; NULL is never returned.
 */
struct rpc_service *
rpc_service_new(uv_loop_t *loop, const struct config *config, const char *role,
    const struct rpc_service_events *events, void *owner);

/* One page; takes over `page`.  `last`: the call is gone with it. */
void rpc_call_answer(struct rpc_call *call, struct json *page, bool last);

/* The last page: what was asked cannot be answered, and why. */
void rpc_call_fail(struct rpc_call *call, const char *why);

/* Where records can be published; NULL: nowhere, there is no broker or
 * `weir rpc` is not wanted. */
struct rpc_parent *rpc_service_parent(struct rpc_service *s);

/* Open calls end unanswered, without an event. */
void rpc_service_free(struct rpc_service *s);

#endif
