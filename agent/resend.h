/*
 * Lines that were lost on the way, published once more into the queue of
 * whoever misses them and nowhere else: past the window, because they are
 * confirmed already as far as the checkpoint is concerned, and past the
 * exchange, because everybody else has them.
 *
 * A range is read twice.  The first time it is only looked at: nothing is
 * published unless it ends with a line where it ended before.
 */
#ifndef AGENT_RESEND_H
#define AGENT_RESEND_H

#include <uv.h>

#include "agent/checkpoint.h"
#include "broker/rpc_service.h"
#include "config/config.h"

struct resend;

/* `config` and `checkpoint` must outlive it. */
struct resend *resend_new(uv_loop_t *loop, const struct config *config,
    struct checkpoint *checkpoint);

/*
 * { source, key, from, to, queue }: one at a time, in the order in which they
 * come.  The answer is one of
 *
 *	{ sent: lines }		the broker has them in that queue
 *	{ gone: why }		nobody can send them again
 *	{ unknown: true }	the source is not ours
 *	{ error: why }		not now
 */
void resend_take(struct resend *r, struct rpc_service *service,
    struct rpc_call *call, const struct json *question);

/* As in rpc_service_events. */
void resend_room(struct resend *r);
void resend_flushed(struct resend *r, const struct rpc_flushed *flushed);

/* Calls that wait are left to the service. */
void resend_free(struct resend *r);

#endif
