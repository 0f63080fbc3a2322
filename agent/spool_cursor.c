#include "agent/spool_cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool_reader.h"
#include "core/checksum.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/write_all.h"
#include "record/attributes.h"

#define BOOKMARK "bookmark"
#define NEXT_BOOKMARK "bookmark.new"
#define BOOKMARK_MAX ((size_t)4096)
#define SUM ((size_t)17) /* 16 hex digits and a blank */

/* The last one in the segment that begins at `base`: 1, 0, or -1: said. */
static int
find_in(const struct spool_directory *d, uint64_t base, struct buffer *cursor)
{
	struct spool_reader reader;
	struct entry e;
	enum spool_found found = SPOOL_ENTRY;
	uint64_t end = UINT64_MAX;
	size_t before = cursor->len;
	spool_directory_next(d, base, &end);
	spool_reader_init(&reader, d, base);
	while (reader.at < end && found != SPOOL_END && found != SPOOL_FAILED) {
		struct str said;
		found = spool_reader_next(&reader, end, &e);
		if (found != SPOOL_ENTRY ||
		    !attributes_find(e.origin, ATTRIBUTE_CURSOR, &said))
			continue;
		cursor->len = before;
		buffer_append_str(cursor, said);
	}
	spool_reader_clear(&reader);
	return found == SPOOL_FAILED ? -1 : cursor->len > before;
}

/* 1, 0: there is none, or it is damaged, which was said; -1: said. */
static int
read_bookmark(const struct spool_directory *d, struct buffer *cursor)
{
	char sum[SUM + 1];
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd = openat(d->fd, BOOKMARK, flags);
	if (fd == -1 && errno == ENOENT)
		return 0;
	char *to = buffer_room(cursor, BOOKMARK_MAX);
	ssize_t n = fd != -1 ? read(fd, to, BOOKMARK_MAX) : -1;
	if (n == -1)
		log_warn("read %s/" BOOKMARK, d->path);
	if (fd != -1)
		close(fd);
	if (n == -1)
		return -1;
	struct str said = { to, (size_t)n };
	struct str rest = str_after(said, said.len < SUM ? said.len : SUM);
	snprintf(sum, sizeof(sum), "%016" PRIx64 " ", checksum(rest));
	if (rest.len == 0 || memcmp(said.data, sum, SUM) != 0) {
		log_warnx("%s/" BOOKMARK ": damaged", d->path);
		return 0;
	}
	cursor->len += said.len;
	memmove(to, to + SUM, rest.len);
	cursor->len -= SUM;
	return 1;
}

int
spool_cursor_find(const struct spool_directory *d, struct buffer *cursor)
{
	int found = 0;
	/* Nearly always in the last; others where a disk lost that. */
	for (size_t i = d->count; i > 0 && found == 0; i--)
		found = find_in(d, d->bases[i - 1], cursor);
	return found != 0 ? found : read_bookmark(d, cursor);
}

static int
write_bookmark(int directory, struct str text)
{
	int fd = openat(directory, NEXT_BOOKMARK,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	int result = write_all(fd, text);
	if (result == 0)
		result = fsync(fd);
	close(fd);
	FAULT("bookmark-written");
	if (result == 0)
		result =
		    renameat(directory, NEXT_BOOKMARK, directory, BOOKMARK);
	if (result == 0)
		result = fsync(directory);
	return result;
}

int
spool_cursor_mark(const struct spool_directory *d, struct str cursor)
{
	struct buffer text = { 0 };
	buffer_printf(&text, "%016" PRIx64 " ", checksum(cursor));
	buffer_append_str(&text, cursor);
	int result = write_bookmark(d->fd, buffer_str(&text));
	if (result == -1)
		log_warn("write %s/" BOOKMARK, d->path);
	buffer_clear(&text);
	return result;
}
