#include "core/gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/xalloc.h"

/* The largest window there is, and a gzip header is wanted (zlib.h). */
#define WINDOW_BITS (15 + 16)

static const char magic[GZIP_MAGIC] = { '\x1f', '\x8b', Z_DEFLATED };

struct gunzip {
	z_stream z;
	bool inside; /* of a member; else a header is looked for */
	size_t matched; /* bytes of `magic` seen */
	bool skipping; /* over damage, which was counted */
	uint64_t damaged;
};

bool
gzip_is_magic(const char bytes[GZIP_MAGIC])
{
	return memcmp(bytes, magic, GZIP_MAGIC) == 0;
}

static voidpf
allocate(voidpf opaque, uInt count, uInt size)
{
	(void)opaque;
	return xcalloc(count, size);
}

static void
release(voidpf opaque, voidpf memory)
{
	(void)opaque;
	free(memory);
}

struct gunzip *
gunzip_new(void)
{
	struct gunzip *g = xcalloc(1, sizeof(*g));
	g->z.zalloc = allocate;
	g->z.zfree = release;
	int status = inflateInit2(&g->z, WINDOW_BITS);
	assert(status == Z_OK); /* there is memory, and zlib is one of ours */
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	free(g);
}

void
gunzip_reset(struct gunzip *g)
{
	inflateReset(&g->z);
	g->inside = g->skipping = false;
	g->matched = 0;
	g->damaged = 0;
}

static void
damage(struct gunzip *g)
{
	if (!g->skipping)
		g->damaged++;
	g->skipping = true;
	g->inside = false;
	g->matched = 0;
}

/* Inflate `len` bytes at `data`; what is left of them goes to `*left`. */
static size_t
inflate_some(
    struct gunzip *g, struct str in, size_t *left, char *out, size_t room)
{
	const uInt most = (uInt)1 << 30;
	/* zlib has had no use for `const` since before there was one. */
	g->z.next_in = (Bytef *)(uintptr_t)in.data;
	g->z.avail_in = in.len < most ? (uInt)in.len : most;
	g->z.next_out = (Bytef *)out;
	g->z.avail_out = room < most ? (uInt)room : most;
	uInt given = g->z.avail_in, wanted = g->z.avail_out;
	int status = inflate(&g->z, Z_NO_FLUSH);
	*left = in.len - (given - g->z.avail_in);
	if (status == Z_STREAM_END) {
		g->inside = g->skipping = false;
		g->matched = 0;
	} else if (status != Z_OK && status != Z_BUF_ERROR)
		damage(g);
	return wanted - g->z.avail_out;
}

/* Look for the next header, a byte at a time: damage and padding are rare. */
static void
seek_header(struct gunzip *g, struct str *in)
{
	while (in->len > 0 && g->matched < GZIP_MAGIC) {
		char c = in->data[0];
		*in = str_after(*in, 1);
		if (c == magic[g->matched]) {
			g->matched++;
			continue;
		}
		if (c != '\0' || g->matched > 0)
			damage(g);
		g->matched = c == magic[0];
	}
	if (g->matched < GZIP_MAGIC)
		return;
	size_t left;
	char none[1];
	struct str header = { magic, GZIP_MAGIC };
	inflateReset(&g->z);
	g->inside = true;
	inflate_some(g, header, &left, none, 0);
	assert(left == 0); /* a header is taken whole, and gives nothing */
}

size_t
gunzip_turn(struct gunzip *g, struct str *in, char *out, size_t room)
{
	size_t got = 0;
	while (got < room && (g->inside || in->len > 0)) {
		if (!g->inside) {
			seek_header(g, in);
			continue;
		}
		/* Also without input: zlib may owe what there was no room
		 * for. */
		size_t left;
		size_t n = inflate_some(g, *in, &left, out + got, room - got);
		bool stuck = n == 0 && left == in->len && g->inside;
		*in = str_after(*in, in->len - left);
		got += n;
		if (stuck)
			break;
	}
	return got;
}

bool
gunzip_is_complete(const struct gunzip *g)
{
	return !g->inside && g->matched == 0;
}

uint64_t
gunzip_damaged(const struct gunzip *g)
{
	return g->damaged;
}
