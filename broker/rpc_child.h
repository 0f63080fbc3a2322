/*
 * The process `weir rpc`: takes questions from RabbitMQ to its parent, an
 * agent or a collector, and answers back (broker/rpc.h).  It holds no state
 * worth keeping and may be killed at any time.
 */
#ifndef BROKER_RPC_CHILD_H
#define BROKER_RPC_CHILD_H

#include "config/config.h"

/*
 * Serve the parent, whose `role` is "agent" or "collector", at the other end
 * of `fd`, which is taken over, until it closes.  Returns an exit status.
 */
int rpc_child_run(const struct config *config, const char *role, int fd);

#endif
