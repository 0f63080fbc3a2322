#include "agent/spool_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"

#define CHUNK ((size_t)64 << 10)
#define PAGE ((size_t)4 << 10)

void
spool_reader_init(struct spool_reader *r,
    const struct spool_directory *directory, uint64_t at)
{
	*r =
	    (struct spool_reader){ .directory = directory, .at = at, .fd = -1 };
}

static struct str
view(const struct spool_reader *r)
{
	return str_after(buffer_str(&r->bytes), r->used);
}

static void
advance(struct spool_reader *r, size_t n)
{
	r->used += n;
	r->at += n;
}

static void
close_segment(struct spool_reader *r)
{
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
	r->bytes.len = r->used = 0;
}

/*
 * A sector that cannot be read reads as zeros: the checksums then tell what
 * is lost, and what follows is found.
 */
static ssize_t
read_what_can_be(int fd, char *out, size_t len, off_t from)
{
	ssize_t n = pread(fd, out, len, from);
	if (n != -1 || errno != EIO)
		return n;
	len = len < PAGE ? len : PAGE;
	n = pread(fd, out, len, from);
	if (n == -1 && errno == EIO) {
		memset(out, 0, len);
		n = (ssize_t)len;
	}
	return n;
}

static enum spool_found
fail(struct spool_reader *r, const char *what)
{
	if (!r->failing)
		log_warn("%s %s: trying again", what, r->directory->path);
	r->failing = true;
	return SPOOL_FAILED;
}

/* Until `want` bytes are there.  1; 0: the file has no more; -1: failed. */
static int
fill(struct spool_reader *r, size_t want)
{
	struct str have = view(r);
	if (r->used > 0) {
		buffer_consume(&r->bytes, r->used);
		r->used = 0;
	}
	/* What somebody appended would be taken for the next one's. */
	uint64_t end = r->end, next;
	if (spool_directory_next(r->directory, r->head.base, &next) &&
	    next < end)
		end = next;
	while (have.len < want) {
		uint64_t here = r->at + have.len;
		uint64_t left = here < end ? end - here : 0;
		size_t n = want - have.len > CHUNK ? want - have.len : CHUNK;
		n = n < left ? n : (size_t)left;
		off_t from =
		    (off_t)(SEGMENT_HEAD + r->at - r->head.base + have.len);
		ssize_t got = n > 0 ? read_what_can_be(r->fd,
					  buffer_room(&r->bytes, n), n, from)
				    : 0;
		if (got <= 0)
			return (int)got;
		r->bytes.len += (size_t)got;
		have = view(r);
	}
	return 1;
}

/* From what is damaged to the next sound record, or to the segment's end. */
static enum spool_found
skip(struct spool_reader *r, size_t size)
{
	uint64_t from = r->at;
	int more = 1;
	/* Where the length is sound only this record is lost. */
	bool found = size > 0;
	advance(r, found ? size : 1);
	while (!found && more == 1) {
		size_t n;
		more = fill(r, CHUNK);
		found = segment_seek(&r->head, r->at, view(r), &n);
		advance(r, n);
	}
	if (!found && more == 0)
		advance(r, view(r).len);
	r->damage = (struct spool_damage){ .segment = r->head.base,
		.from = from,
		.to = r->at,
		.rest = !found && more == 0 };
	return SPOOL_DAMAGE;
}

/* A segment that is gone, or that does not say what its records are checked
 * with. */
static enum spool_found
pass_over(struct spool_reader *r, uint64_t base)
{
	struct stat st;
	uint64_t to = base, next;
	bool missing = r->fd == -1;
	if (spool_directory_next(r->directory, base, &next))
		to = next;
	else if (fstat(r->fd, &st) == 0 && st.st_size > (off_t)SEGMENT_HEAD)
		to = base + (uint64_t)st.st_size - SEGMENT_HEAD;
	close_segment(r);
	if (to <= r->at)
		return SPOOL_END;
	r->damage = (struct spool_damage){ .segment = base,
		.from = r->at > base ? r->at : base,
		.to = to,
		.missing = missing,
		.rest = !missing };
	r->at = to;
	return SPOOL_DAMAGE;
}

static enum spool_found
enter(struct spool_reader *r, uint64_t base)
{
	char head[SEGMENT_HEAD];
	close_segment(r);
	r->fd = spool_directory_read(r->directory, base);
	if (r->fd == -1)
		return errno == ENOENT ? pass_over(r, base)
				       : fail(r, "open a segment of");
	ssize_t n = read_what_can_be(r->fd, head, sizeof(head), 0);
	if (n == -1) {
		close_segment(r);
		return fail(r, "read a segment of");
	}
	if (n < (ssize_t)sizeof(head) ||
	    segment_head_get((struct str){ head, sizeof(head) }, &r->head) ==
		-1 ||
	    r->head.base != base)
		return pass_over(r, base);
	uint64_t from = r->at;
	if (r->at < base)
		r->at = base;
	if (from >= r->head.after)
		return SPOOL_ENTRY;
	r->damage = (struct spool_damage){ .segment = base,
		.from = from,
		.to = r->head.after,
		.missing = true };
	return SPOOL_DAMAGE;
}

/* The segment has no more: on to the next. */
static enum spool_found
leave(struct spool_reader *r)
{
	uint64_t next;
	if (!spool_directory_next(r->directory, r->head.base, &next))
		return SPOOL_END;
	size_t cut_short = view(r).len;
	if (cut_short == 0)
		return enter(r, next);
	r->damage = (struct spool_damage){ .segment = r->head.base,
		.from = r->at,
		.to = r->at + cut_short,
		.rest = true };
	advance(r, cut_short);
	return SPOOL_DAMAGE;
}

static enum spool_found
enter_where_we_are(struct spool_reader *r)
{
	const struct spool_directory *d = r->directory;
	if (d->count == 0)
		return SPOOL_END;
	return enter(r, d->bases[spool_directory_find(d, r->at)]);
}

enum spool_found
spool_reader_next(struct spool_reader *r, uint64_t end, struct entry *e)
{
	enum spool_found found = SPOOL_ENTRY;
	size_t size;
	int more;
	r->end = end;
	while (found == SPOOL_ENTRY) {
		if (r->at >= end)
			return SPOOL_END;
		if (r->fd == -1) {
			found = enter_where_we_are(r);
			continue;
		}
		switch (
		    segment_record_get(&r->head, r->at, view(r), e, &size)) {
		case SEGMENT_ENTRY:
			advance(r, size);
			r->failing = false;
			return SPOOL_ENTRY;
		case SEGMENT_NOTHING:
			advance(r, size);
			break;
		case SEGMENT_DAMAGED:
			return skip(r, size);
		case SEGMENT_SHORT:
			more = fill(r, size);
			if (more == -1)
				return fail(r, "read a segment of");
			if (more == 0)
				found = leave(r);
		}
	}
	return found;
}

size_t
spool_reader_unfinished(const struct spool_reader *r)
{
	return view(r).len;
}

void
spool_reader_clear(struct spool_reader *r)
{
	close_segment(r);
	buffer_clear(&r->bytes);
}
