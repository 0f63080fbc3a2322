/*
 * Any bytes as a gzip file: what comes out is the same in whatever pieces it
 * is read, there is room for all of it, and reading ends.  The first byte is
 * the size of the pieces.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "core/buffer.h"
#include "core/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Some of it may be a bomb. */
#define MOST ((size_t)1 << 20)

static uint64_t
inflate_all(struct str in, size_t piece, struct buffer *out)
{
	struct gunzip *g = gunzip_new();
	while (in.len > 0 && out->len < MOST) {
		size_t len = in.len < piece ? in.len : piece, n;
		struct str part = { in.data, len };
		do {
			n = gunzip_turn(
			    g, &part, buffer_room(out, piece), piece);
			assert(n <= piece);
			out->len += n;
		} while (n == piece && out->len < MOST);
		assert(part.len == 0 || out->len >= MOST);
		in = str_after(in, len);
	}
	uint64_t damaged = gunzip_damaged(g);
	gunzip_free(g);
	return damaged;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer whole = { 0 }, split = { 0 };
	if (size < 2)
		return 0;
	struct str in = { (const char *)data + 1, size - 1 };
	uint64_t damaged = inflate_all(in, size, &whole);
	uint64_t again = inflate_all(in, data[0] + 1U, &split);
	if (whole.len < MOST && split.len < MOST) {
		assert(str_equal(buffer_str(&whole), buffer_str(&split)));
		assert(damaged == again);
	}
	buffer_clear(&whole);
	buffer_clear(&split);
	return 0;
}
