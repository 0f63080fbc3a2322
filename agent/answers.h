/*
 * What the agent answers when it is asked (broker/rpc.h):
 *
 *	status	one row: the state of the broker, what was read, and what
 *		became of it
 *	account	the same, and how far each chain has come, those too of
 *		sources that are gone (agent/aging.h)
 *	explain	one row: why the file `path` (as core/escape.h writes it) is
 *		or is not followed (agent/explain.h); and `broker`, its state,
 *		`window_full`, if nothing is read for that
 *	resend	a range of a chain once more, into one queue (agent/resend.h)
 */
#ifndef AGENT_ANSWERS_H
#define AGENT_ANSWERS_H

#include <uv.h>

#include "agent/checkpoint.h"
#include "agent/explain.h"
#include "agent/router.h"
#include "agent/shipper.h"
#include "agent/window.h"
#include "config/config.h"

struct answers;

/* What answers are made of; all of it outlives them. */
struct answers_view {
	const struct config *config;
	struct checkpoint *checkpoint;
	const struct window *window;
	const struct shipper *shipper;
	const uint64_t *rejected; /* lines */
	/* The router of the input with that number in the configuration. */
	const struct router *(*router)(void *owner, size_t input);
	const struct listen_counts *(*heard)(void *owner, size_t input);
	explain_more *explain;
	void *owner;
};

struct answers *answers_new(uv_loop_t *loop, const struct answers_view *view);

void answers_free(struct answers *a);

#endif
