#include "agent/tail.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/position.h"
#include "agent/tail_lines.h"
#include "core/checksum.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

/* From here on a line in progress is not read again for each new piece. */
#define PROBE_FROM ((uint64_t)4 << 10)

bool
tail_is_unchanged(int fd, const struct position *p)
{
	char bytes[POSITION_CHECKED];
	size_t len = position_checked(p->offset);
	ssize_t n = pread(fd, bytes, len, (off_t)(p->offset - len));
	return n == (ssize_t)len &&
	    checksum((struct str){ bytes, len }) == p->check;
}

static void
attach(struct tail *t, struct source *s)
{
	s->attached = true;
	s->fd = t->fd;
	s->read_up = false;
	t->source = s;
	t->at = s->reached;
	t->level.known = false;
	t->scanned = 0;
	gather_start(&t->gather, t->router, s, &t->at, &t->level);
}

static void
detach(struct tail *t)
{
	t->source->attached = false;
	t->source->fd = -1;
	source_end(t->source);
}

/* Another incarnation of the same file: all of it is new. */
static void
begin_anew(struct tail *t, const char *why)
{
	struct source *old = t->source;
	log_info("input %s: %s: %s, reading it from its beginning",
	    t->input->name, old->path, why);
	tail_lines_let_out(t);
	detach(t);
	struct source *s =
	    source_new(t->input->name, &old->identity, old->path);
	attach(t, s);
	checkpoint_add(t->checkpoint, t->input, s);
}

void
tail_open(struct tail *t, int fd, const struct identity *identity,
    const char *path, bool at_end)
{
	t->fd = fd;
	t->grew = clock_monotonic();
	struct source *s = checkpoint_find(t->checkpoint, t->input, identity);
	if (s != NULL) {
		attach(t, s);
		tail_rename(t, path);
		if (!tail_is_unchanged(fd, &s->reached))
			begin_anew(t, "not the bytes that were read before");
		return;
	}
	FAULT("tail-new");
	s = source_new(t->input->name, identity, path);
	if (at_end) {
		s->safe = s->reached = position_at_end(fd);
		s->start = s->safe.offset;
	}
	attach(t, s);
	checkpoint_add(t->checkpoint, t->input, s);
}

static enum tail_result
fail(struct tail *t)
{
	if (!t->failing)
		log_warn("input %s: read %s", t->input->name, t->source->path);
	t->failing = true;
	return TAIL_FAILED;
}

/*
 * A long line in progress: look for its LF in what is new only.  1: it is
 * there (or the line is long enough to be cut); 0: it is not; -1: failed.
 */
static int
probe(struct tail *t, struct buffer *scratch)
{
	off_t from = (off_t)(t->at.offset + t->scanned);
	ssize_t n = pread(t->fd, buffer_room(scratch, CHUNK), CHUNK, from);
	if (n == -1)
		return -1;
	t->grew = clock_monotonic();
	if (n > 0 && memchr(scratch->data, '\n', (size_t)n) != NULL)
		return 1;
	t->scanned += (uint64_t)n;
	return t->scanned > (uint64_t)t->input->max_line;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Is there something behind what was scanned?  Truncation is seen here. */
static enum tail_result
look(struct tail *t)
{
	struct stat st;
	if (fstat(t->fd, &st) == -1)
		return fail(t);
	uint64_t size = (uint64_t)st.st_size;
	if (size < t->at.offset + t->scanned) {
		begin_anew(t, "truncated");
		return TAIL_WAITING;
	}
	bool touched = !same_time(t->modified, st.st_mtim);
	t->modified = st.st_mtim;
	if (size > t->at.offset + t->scanned)
		return TAIL_MORE;
	/* Written to, but no longer: perhaps anew, to the same size. */
	if (touched && !tail_is_unchanged(t->fd, &t->at)) {
		begin_anew(t, "overwritten");
		return TAIL_WAITING;
	}
	return TAIL_IDLE;
}

/* Was a message taken for ended where the next line would begin, and is that
 * yet to be done? */
static bool
is_to_end_here(const struct tail *t)
{
	return t->source->cut == t->at.offset && gather_is_pending(&t->gather);
}

/*
 * What stands in front of `end` has ended there: make that durable, then route
 * it.  False: not yet.
 */
static bool
end_at(struct tail *t, uint64_t end, struct buffer *scratch)
{
	struct source *s = t->source;
	bool here = is_to_end_here(t);
	/* The one before it is needed until its line is safe. */
	if (!here && s->cut <= t->at.offset && s->cut > s->safe.offset)
		return false;
	if (!here && s->cut < end) {
		s->cut = end;
		s->cut_recorded = false;
		s->changed = true;
		checkpoint_save(t->checkpoint, true);
		return false;
	}
	if (!s->cut_recorded)
		return false;
	size_t context = position_checked(t->at.offset);
	size_t want = context + (size_t)(s->cut - t->at.offset);
	char *data = buffer_room(scratch, want);
	ssize_t n = pread(t->fd, data, want, (off_t)(t->at.offset - context));
	if (n == (ssize_t)want &&
	    checksum((struct str){ data, context }) == t->at.check)
		tail_lines_route(
		    t, (struct str){ data + context, want - context }, context);
	return s->cut >= end;
}

bool
tail_finish(struct tail *t, struct buffer *scratch)
{
	if (!t->source->recorded)
		return false;
	if (t->scanned == 0 && !gather_is_pending(&t->gather))
		return true;
	return end_at(t, t->at.offset + t->scanned, scratch);
}

bool
tail_is_overdue(const struct tail *t)
{
	return gather_is_overdue(&t->gather) || is_to_end_here(t);
}

/* At the end of the file, for now: what waited long enough goes out. */
static enum tail_result
idle(struct tail *t, struct buffer *scratch)
{
	bool done = !tail_is_overdue(t) || end_at(t, t->at.offset, scratch);
	return done ? TAIL_IDLE : TAIL_WAITING;
}

enum tail_result
tail_read(struct tail *t, struct buffer *scratch)
{
	if (!t->source->recorded || !t->source->cut_recorded)
		return TAIL_WAITING;
	if (router_is_held_up(t->router, t->source))
		return TAIL_HELD_UP;
	enum tail_result state = look(t);
	if (state != TAIL_MORE)
		return state == TAIL_IDLE ? idle(t, scratch) : state;
	int found = t->scanned < PROBE_FROM ? 1 : probe(t, scratch);
	if (found <= 0)
		return found == 0 ? TAIL_MORE : fail(t);

	size_t context = position_checked(t->at.offset);
	size_t want = context + (size_t)t->scanned + CHUNK;
	char *data = buffer_room(scratch, want);
	ssize_t n = pread(t->fd, data, want, (off_t)(t->at.offset - context));
	if (n == -1)
		return fail(t);
	FAULT("tail-read");
	t->failing = false;
	t->grew = clock_monotonic();
	if ((size_t)n < context ||
	    checksum((struct str){ data, context }) != t->at.check) {
		begin_anew(t, "overwritten");
		return TAIL_WAITING;
	}
	tail_lines_route(
	    t, (struct str){ data + context, (size_t)n - context }, context);
	if ((size_t)n == want)
		return TAIL_MORE;
	t->source->read_up = true;
	return idle(t, scratch);
}

void
tail_rename(struct tail *t, const char *path)
{
	if (strcmp(t->source->path, path) == 0)
		return;
	FAULT("tail-rename");
	free(t->source->path);
	t->source->path = xstrdup(path);
	t->source->changed = true;
}

uint64_t
tail_backlog(const struct tail *t)
{
	struct stat st;
	if (fstat(t->fd, &st) == -1 || (uint64_t)st.st_size < t->at.offset)
		return 0;
	return (uint64_t)st.st_size - t->at.offset;
}

bool
tail_is_behind(const struct tail *t, const struct stat *st)
{
	return (uint64_t)st->st_size != t->at.offset + t->scanned ||
	    !same_time(t->modified, st->st_mtim);
}

void
tail_close(struct tail *t)
{
	struct stat st;
	if (t->gather.dirty)
		tail_lines_let_out(t);
	gather_clear(&t->gather);
	/* What nobody can open again need not be remembered. */
	if (fstat(t->fd, &st) == 0 && st.st_nlink == 0)
		detach(t);
	t->source->attached = false;
	t->source->fd = -1;
	close(t->fd);
	t->fd = -1;
}
