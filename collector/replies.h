/*
 * What the collector answers when it is asked (broker/rpc.h):
 *
 *	status	one row: what came to each stream, and what became of it
 *	account	the same, and of each stream all chains and holes it knows
 *	settle	a hole is one no longer: what is missing is gone
 */
#ifndef COLLECTOR_REPLIES_H
#define COLLECTOR_REPLIES_H

#include <uv.h>

#include "collector/intake.h"
#include "config/config.h"

struct replies;

/* `config` and `intake` must outlive it. */
struct replies *replies_new(
    uv_loop_t *loop, const struct config *config, struct intake *intake);

void replies_free(struct replies *a);

#endif
