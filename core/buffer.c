#include "core/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"

char *
buffer_room(struct buffer *b, size_t n)
{
	if (b->data == NULL || b->cap - b->len < n) {
		size_t cap = b->cap ? b->cap : 256;
		while (cap - b->len < n)
			cap *= 2;
		b->data = xrealloc(b->data, cap);
		b->cap = cap;
	}
	return b->data + b->len;
}

void
buffer_append(struct buffer *b, const void *data, size_t len)
{
	if (len == 0)
		return;
	memcpy(buffer_room(b, len), data, len);
	b->len += len;
}

void
buffer_append_str(struct buffer *b, struct str s)
{
	buffer_append(b, s.data, s.len);
}

void
buffer_append_byte(struct buffer *b, char c)
{
	*buffer_room(b, 1) = c;
	b->len++;
}

void
buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(n >= 0);
	char *room = buffer_room(b, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(room, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
}

void
buffer_consume(struct buffer *b, size_t n)
{
	assert(n <= b->len);
	b->len -= n;
	if (n > 0 && b->len > 0)
		memmove(b->data, b->data + n, b->len);
}

struct str
buffer_str(const struct buffer *b)
{
	return (struct str){ b->data, b->len };
}

void
buffer_empty(struct buffer *b, size_t kept)
{
	b->len = 0;
	if (b->cap > kept)
		buffer_clear(b);
}

void
buffer_clear(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){ 0 };
}
