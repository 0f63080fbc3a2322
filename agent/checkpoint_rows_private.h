/* What checkpoint_rows.c and checkpoint_rows_load.c share, and nobody else. */
#ifndef AGENT_CHECKPOINT_ROWS_PRIVATE_H
#define AGENT_CHECKPOINT_ROWS_PRIVATE_H

#include "agent/checkpoint_rows.h"

struct checkpoint_rows {
	struct store *store;
	struct query *put, *put_chain, *put_idle, *put_head, *put_writer;
	struct query *discard, *discard_chains, *discard_idle, *discard_head;
	bool damaged;
};

/* Since when nobody reads a source; of the source "": the agent's activity. */
int64_t idle_row_sum(struct str source, int64_t since);

/* What the file of a source began with. */
int64_t head_row_sum(struct str source, const struct position *head);

/* A source is to be forgotten, with all that is known of it.  0, or -1. */
int checkpoint_rows_discard(struct checkpoint_rows *r, struct str source);

#endif
