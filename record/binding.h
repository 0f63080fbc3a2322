/*
 * Does a message with this routing key pass a binding?  The rules of
 * RabbitMQ's exchanges: topic ('*' is one word, '#' is zero or more; the
 * empty key has no words, "a..b" has an empty word in the middle, "a." one
 * at its end), direct (equal bytes), fanout (always).
 */
#ifndef RECORD_BINDING_H
#define RECORD_BINDING_H

#include <stdbool.h>

#include "core/buffer.h"
#include "core/str.h"

enum exchange_type {
	EXCHANGE_TOPIC,
	EXCHANGE_DIRECT,
	EXCHANGE_FANOUT,
};

/* The words people type: "topic", "direct", "fanout".  0, or -1. */
int exchange_type_parse(struct str word, enum exchange_type *out);
struct str exchange_type_word(enum exchange_type type);

/*
 * True when `key` passes `binding`.  Never worse than the product of their
 * lengths, however many '#' there are; allocates nothing.
 */
bool
binding_matches(enum exchange_type type, struct str binding, struct str key);

/*
 * Append the binding that people meant: aliases of severities ("error",
 * "warn", "critical", "panic") in the first word become the real word; all
 * else stays as it is.
 */
void binding_normalise(struct str typed, struct buffer *out);

#endif
