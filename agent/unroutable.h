/*
 * Lines that the broker took but had no queue for, counted by routing key
 * and said once per key.
 */
#ifndef AGENT_UNROUTABLE_H
#define AGENT_UNROUTABLE_H

#include <stdint.h>

#include "core/str.h"

struct unroutable_key;

/* A zeroed struct has counted nothing. */
struct unroutable {
	struct unroutable_key *keys;
};

void unroutable_count(struct unroutable *u, struct str key);

/*
 * Say what was counted, by key, to the log; keys beyond the first 1,000 share
 * a count.
 */
void unroutable_report(const struct unroutable *u);

void unroutable_clear(struct unroutable *u);

#endif
