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

/* One publish that waits for its confirm. */
struct confirm {
	uint64_t id; /* 0: answered */
	uint64_t mark; /* what it is known by when it is returned */
};

struct confirms {
	struct confirm *ring; /* by tag */
	size_t size; /* of the ring, a power of two */
	uint64_t oldest; /* lowest tag that may be open */
	uint64_t next; /* tag of the next publish */
	size_t open;
};

void confirms_init(struct confirms *c);

/* The next publish carries `id` (never 0). */
void confirms_add(struct confirms *c, uint64_t id, uint64_t mark);

/* The id of the oldest open one of that mark; 0 if there is none. */
uint64_t confirms_find(const struct confirms *c, uint64_t mark);

/* The id of the only one open; 0 if there are more, or none. */
uint64_t confirms_only(struct confirms *c);

/*
 * The broker answered for `tag`, and with `multiple` for all before it: calls
 * `settled` once for each id that was open, in order of tags.  Returns -1 if
 * no publish ever had that tag.
 */
int confirms_settle(struct confirms *c, uint64_t tag, bool multiple,
    void (*settled)(void *owner, uint64_t id), void *owner);

void confirms_clear(struct confirms *c);

#endif
