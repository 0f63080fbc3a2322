/*
 * Texts as the library has them, and back.  Both are views: nothing is
 * copied, and what they point at must outlive them.
 */
#ifndef BROKER_BYTES_H
#define BROKER_BYTES_H

#include <amqp.h>
#include <stdint.h>

#include "core/str.h"

/* amqp_bytes_t has no const; the library only reads what we send. */
inline amqp_bytes_t
bytes_of(struct str s)
{
	return (amqp_bytes_t){ s.len, (void *)(uintptr_t)s.data };
}

inline struct str
bytes_view(amqp_bytes_t b)
{
	return (struct str){ b.bytes, b.len };
}

#endif
