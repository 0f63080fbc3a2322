#include "agent/content.h"

#include <errno.h>
#include <unistd.h>

#include "agent/position.h"
#include "core/checksum.h"
#include "core/gzip.h"

void
content_init(struct content *c, int fd)
{
	*c = (struct content){ .fd = fd };
	content_decide(c);
}

void
content_clear(struct content *c)
{
	unzip_free(c->unzip);
	*c = (struct content){ .fd = -1 };
}

void
content_decide(struct content *c)
{
	char first[GZIP_MAGIC];
	if (c->decided || pread(c->fd, first, GZIP_MAGIC, 0) != GZIP_MAGIC)
		return;
	c->decided = true;
	if (gzip_is_magic(first))
		c->unzip = unzip_new(c->fd);
}

ssize_t
content_read(struct content *c, char *data, size_t len, uint64_t offset)
{
	if (c->unzip != NULL)
		return unzip_read(c->unzip, data, len, offset);
	return pread(c->fd, data, len, (off_t)offset);
}

void
content_keep(struct content *c, uint64_t offset)
{
	if (c->unzip != NULL)
		unzip_keep(c->unzip, offset);
}

uint64_t
content_behind(const struct content *c, uint64_t offset)
{
	struct stat st;
	if (fstat(c->fd, &st) == -1)
		return 0;
	uint64_t size = (uint64_t)st.st_size;
	if (c->unzip != NULL) {
		size = unzip_length(c->unzip);
		if (size <= offset && !unzip_is_at_end(c->unzip, &st))
			return 1;
	}
	return size > offset ? size - offset : 0;
}

int
content_at(struct content *c, uint64_t offset, struct position *p)
{
	char bytes[POSITION_CHECKED];
	size_t len = position_checked(offset);
	ssize_t n = content_read(c, bytes, len, offset - len);
	if (n == -1 && errno == EAGAIN)
		return -1;
	if (n != (ssize_t)len)
		return 0;
	*p = (struct position){ .offset = offset,
		.check = checksum((struct str){ bytes, len }) };
	return 1;
}

/* Inflate on, once, and keep the last bytes: 1 there is no more, 0, or -1. */
static int
inflate_to_end(struct unzip *u, const struct stat *st)
{
	char byte;
	uint64_t end = unzip_length(u);
	unzip_keep(u, end - position_checked(end));
	ssize_t n = unzip_read(u, &byte, 1, end);
	if (n == -1 && errno != EAGAIN)
		return 0;
	errno = EAGAIN;
	return n == 0 && unzip_is_at_end(u, st) ? 1 : -1;
}

int
content_end(struct content *c, struct position *p)
{
	struct stat st;
	*p = (struct position){ .check = checksum((struct str){ "", 0 }) };
	if (fstat(c->fd, &st) == -1)
		return 0;
	if (c->unzip == NULL)
		return content_at(c, (uint64_t)st.st_size, p);
	int result = inflate_to_end(c->unzip, &st);
	return result < 1 ? result : content_at(c, unzip_length(c->unzip), p);
}

int
content_matches(struct content *c, const struct position *p)
{
	struct position found;
	int result = content_at(c, p->offset, &found);
	return result < 1 ? result : found.check == p->check;
}
