/*
 * Bytes that grow.  `data` is owned by the buffer and moves when it grows;
 * a zeroed struct is an empty buffer.  Invariant: len <= cap.
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <stddef.h>

#include "core/str.h"

struct buffer {
	char *data;
	size_t len;
	size_t cap;
};

/*
 * Room for at least `n` more bytes: returns where they go.  Add to `len`
 * what was written there.
 */
char *buffer_room(struct buffer *b, size_t n);

void buffer_append(struct buffer *b, const void *data, size_t len);
void buffer_append_str(struct buffer *b, struct str s);
void buffer_append_byte(struct buffer *b, char c);
void buffer_printf(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drop `n` bytes (at most len) from the front. */
void buffer_consume(struct buffer *b, size_t n);

/* Everything as a view, valid until the buffer next grows. */
struct str buffer_str(const struct buffer *b);

/* Make it empty; memory beyond `kept` bytes is freed, for what was long once
 * need not be again. */
void buffer_empty(struct buffer *b, size_t kept);

/* Free the memory; the buffer is then empty and usable. */
void buffer_clear(struct buffer *b);

#endif
