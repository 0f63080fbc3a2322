/*
 * What agent/tail.c and agent/tail_open.c have between them: how an
 * incarnation begins, and how it is read.
 */
#ifndef AGENT_TAIL_PRIVATE_H
#define AGENT_TAIL_PRIVATE_H

#include "agent/tail.h"

/* The file is not what was read of it, for a reason to be said: all of it is
 * new, and what was read before is the `former`. */
void tail_begin_anew(struct tail *t, const char *why);

/* A source that begins at its end (`to_end`) is known when that is. */
enum tail_result tail_go_to_end(struct tail *t);

#endif
