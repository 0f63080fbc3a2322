#include "agent/spool_repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool_reader.h"
#include "agent/spool_recover.h"
#include "core/log.h"
#include "core/random.h"
#include "core/xalloc.h"

#define TEMPORARY "repaired"
#define PIECE ((size_t)64 << 10)

struct repair {
	struct spool_directory *directory;
	struct spool_repaired *done;
	struct spool_damage *places;
	size_t count, capacity;
};

/* Damage that goes on where the last stopped is one place. */
static void
add(struct repair *p, const struct spool_damage *damage)
{
	struct spool_damage *last =
	    p->count > 0 ? &p->places[p->count - 1] : NULL;
	p->done->bytes += damage->to - damage->from;
	if (last != NULL && last->to == damage->from &&
	    (last->segment == damage->segment || damage->missing)) {
		last->to = damage->to;
		return;
	}
	if (p->count == p->capacity) {
		p->capacity = p->capacity > 0 ? 2 * p->capacity : 16;
		p->places =
		    xrealloc(p->places, p->capacity * sizeof(*p->places));
	}
	p->places[p->count] = *damage;
	/* A segment that is missing is made anew. */
	if (damage->missing)
		p->places[p->count].segment = damage->from;
	p->count++;
	p->done->places++;
}

static int
find(struct repair *p)
{
	struct spool_reader reader;
	struct entry e;
	enum spool_found found = SPOOL_END;
	if (p->directory->count == 0)
		return 0;
	spool_reader_init(&reader, p->directory, p->directory->bases[0]);
	while ((found = spool_reader_next(&reader, UINT64_MAX, &e)) ==
		SPOOL_ENTRY ||
	    found == SPOOL_DAMAGE)
		if (found == SPOOL_DAMAGE)
			add(p, &reader.damage);
	spool_reader_clear(&reader);
	return found == SPOOL_FAILED ? -1 : 0;
}

/* What cannot be read reads as zeros: it is damaged, then. */
static int
copy(int from, int to)
{
	char bytes[4096];
	off_t at = 0, end = lseek(from, 0, SEEK_END);
	if (end == -1)
		return -1;
	while (at < end) {
		ssize_t n = pread(from, bytes, sizeof(bytes), at);
		if (n == -1 && errno == EIO) {
			memset(bytes, 0, sizeof(bytes));
			n = end - at < (off_t)sizeof(bytes) ? end - at : 4096;
		}
		if (n <= 0 || pwrite(to, bytes, (size_t)n, at) != n)
			return -1;
		at += n;
	}
	return 0;
}

static int
write_nothing(
    int fd, const struct segment_head *head, uint64_t from, uint64_t to)
{
	struct buffer bytes = { 0 };
	int result = to - from < SEGMENT_NOTHING_MIN ? -1 : 0;
	errno = EINVAL; /* fewer than any record has */
	while (from < to && result == 0) {
		size_t size = to - from < PIECE ? (size_t)(to - from) : PIECE;
		/* What is left over must hold one, too. */
		if (to - from - size > 0 &&
		    to - from - size < SEGMENT_NOTHING_MIN)
			size -= SEGMENT_NOTHING_MIN;
		bytes.len = 0;
		segment_nothing_put(head, from, size, &bytes);
		if (pwrite(fd, bytes.data, size,
			(off_t)(from - head->base + SEGMENT_HEAD)) !=
		    (ssize_t)size)
			result = -1;
		from += size;
	}
	buffer_clear(&bytes);
	return result;
}

/* The head of what is at `from`, or of a new one for `base`. */
static int
take_head(int from, int to, uint64_t base, struct segment_head *head)
{
	char bytes[SEGMENT_HEAD];
	struct buffer new = { 0 };
	if (from != -1 &&
	    pread(from, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) &&
	    segment_head_get((struct str){ bytes, sizeof(bytes) }, head) == 0 &&
	    head->base == base)
		return 0;
	*head = (struct segment_head){ base, base, random_below(UINT64_MAX) };
	segment_head_put(head, &new);
	ssize_t n = pwrite(to, new.data, new.len, 0);
	buffer_clear(&new);
	return n == (ssize_t)SEGMENT_HEAD ? 0 : -1;
}

/* `count` places of one segment; `from` is -1 if that is missing. */
static int
write_repaired(
    int from, int to, const struct spool_damage *places, size_t count)
{
	struct segment_head head;
	if ((from != -1 && copy(from, to) == -1) ||
	    take_head(from, to, places[0].segment, &head) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (write_nothing(to, &head, places[i].from, places[i].to) ==
		    -1)
			return -1;
	return fsync(to);
}

static int
replace(
    struct spool_directory *d, const struct spool_damage *places, size_t count)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char name[SPOOL_NAME_LEN + 1];
	int result = -1;
	spool_directory_segment(places[0].segment, name);
	int from = spool_directory_read(d, places[0].segment);
	if (from != -1 && spool_directory_keep(d, places[0].segment) == -1)
		goto close_from;
	unlinkat(d->fd, TEMPORARY, 0);
	int to = openat(d->fd, TEMPORARY, flags, 0600);
	if (to == -1)
		goto said;
	result = write_repaired(from, to, places, count);
	close(to);
	if (result == 0)
		result = renameat(d->fd, TEMPORARY, d->fd, name);
said:
	if (result == -1)
		log_warn("repair %s/%s", d->path, name);
close_from:
	if (from != -1)
		close(from);
	return result;
}

int
spool_repair(struct spool_directory *d, struct spool_repaired *done)
{
	struct spool_end end;
	struct repair p = { .directory = d, .done = done };
	*done = (struct spool_repaired){ 0 };
	int result = find(&p);
	for (size_t i = 0, n; result == 0 && i < p.count; i += n) {
		for (n = 1; i + n < p.count; n++)
			if (p.places[i + n].segment != p.places[i].segment)
				break;
		result = replace(d, &p.places[i], n);
	}
	free(p.places);
	if (result == 0 && fsync(d->fd) == -1) {
		log_warn("sync %s", d->path);
		result = -1;
	}
	return result == 0 ? spool_recover(d, &end) : -1;
}
