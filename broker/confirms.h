/*
 * Publisher confirms (RabbitMQ: "Consumer Acknowledgements and Publisher
 * Confirms"): which of our ids each delivery tag carries.  Tags count from 1
 * on a channel; the broker answers out of order, and for many at once.
 */
#ifndef BROKER_CONFIRMS_H
#define BROKER_CONFIRMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct confirms {
	uint64_t *ids; /* a ring, by tag; 0: answered */
	size_t size; /* of the ring, a power of two */
	uint64_t oldest; /* lowest tag that may be open */
	uint64_t next; /* tag of the next publish */
	size_t open;
};

void confirms_init(struct confirms *c);

/* The next publish carries `id` (never 0). */
void confirms_add(struct confirms *c, uint64_t id);

/*
 * The broker answered for `tag`, and with `multiple` (or tag 0) for all
 * before it: calls `settled` once for each id that was open, in order of
 * tags.  Returns -1 if no publish ever had that tag.
 */
int confirms_settle(struct confirms *c, uint64_t tag, bool multiple,
    void (*settled)(void *owner, uint64_t id), void *owner);

void confirms_clear(struct confirms *c);

#endif
