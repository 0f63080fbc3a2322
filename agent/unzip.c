#include "agent/unzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/gzip.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

/* Inflated by one call at most: some milliseconds. */
#define PIECE ((size_t)1 << 20)

struct unzip {
	struct gunzip *gunzip;
	int fd;
	off_t taken; /* bytes of the file that were read */
	char in[CHUNK];
	struct str rest; /* of `in`, not inflated yet */
	struct buffer out;
	uint64_t base; /* offset of the first byte in `out` */
	uint64_t keep;
	bool at_end;
};

struct unzip *
unzip_new(int fd)
{
	struct unzip *u = xcalloc(1, sizeof(*u));
	u->fd = fd;
	u->gunzip = gunzip_new();
	return u;
}

void
unzip_free(struct unzip *u)
{
	if (u == NULL)
		return;
	gunzip_free(u->gunzip);
	buffer_clear(&u->out);
	free(u);
}

static void
rewind_to_start(struct unzip *u)
{
	gunzip_reset(u->gunzip);
	u->taken = 0;
	u->rest.len = 0;
	u->out.len = 0;
	u->base = 0;
	u->at_end = false;
}

void
unzip_keep(struct unzip *u, uint64_t offset)
{
	u->keep = offset;
}

/* One piece more; 0: that is all for now; -1 failed. */
static int
inflate_more(struct unzip *u)
{
	if (u->rest.len == 0) {
		ssize_t n = pread(u->fd, u->in, CHUNK, u->taken);
		if (n == -1)
			return -1;
		u->taken += n;
		u->rest = (struct str){ u->in, (size_t)n };
	}
	size_t had = u->rest.len;
	size_t n = gunzip_turn(
	    u->gunzip, &u->rest, buffer_room(&u->out, CHUNK), CHUNK);
	u->out.len += n;
	return had > 0 || n > 0;
}

static void
let_go_before(struct unzip *u, uint64_t offset)
{
	if (offset <= u->base)
		return;
	uint64_t gone = offset - u->base;
	size_t drop = gone < u->out.len ? (size_t)gone : u->out.len;
	buffer_consume(&u->out, drop);
	u->base += drop;
}

ssize_t
unzip_read(struct unzip *u, char *data, size_t len, uint64_t offset)
{
	uint64_t began;
	uint64_t keep = offset < u->keep ? offset : u->keep;
	if (offset < u->base)
		rewind_to_start(u);
	began = unzip_length(u);
	/* At its end once more: the file may have grown. */
	u->at_end = false;
	while (!u->at_end && unzip_length(u) < offset + len) {
		if (unzip_length(u) - began > PIECE) {
			errno = EAGAIN;
			return -1;
		}
		let_go_before(u, keep);
		int more = inflate_more(u);
		if (more == -1)
			return -1;
		u->at_end = more == 0;
	}
	if (offset >= unzip_length(u))
		return 0;
	let_go_before(u, keep);
	size_t from = (size_t)(offset - u->base);
	size_t there = u->out.len - from;
	if (len > there)
		len = there;
	memcpy(data, u->out.data + from, len);
	return (ssize_t)len;
}

uint64_t
unzip_length(const struct unzip *u)
{
	return u->base + u->out.len;
}

bool
unzip_is_at_end(const struct unzip *u, const struct stat *st)
{
	return u->at_end && st->st_size == u->taken;
}

bool
unzip_is_cut(const struct unzip *u, const struct stat *st)
{
	return st->st_size < u->taken;
}

bool
unzip_is_complete(const struct unzip *u)
{
	return gunzip_is_complete(u->gunzip);
}

uint64_t
unzip_damaged(const struct unzip *u)
{
	return gunzip_damaged(u->gunzip);
}
