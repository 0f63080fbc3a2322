#include "agent/tail_private.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "agent/position.h"
#include "agent/tail_lines.h"
#include "core/checksum.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"

#define CHUNK ((size_t)64 << 10)

/* From here on a line in progress is not read again for each new piece. */
#define PROBE_FROM ((uint64_t)4 << 10)

static enum tail_result
fail(struct tail *t)
{
	if (errno == EAGAIN)
		return TAIL_MORE; /* there is more to inflate */
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
	char *data = buffer_room(scratch, CHUNK);
	uint64_t from = t->at.offset + t->scanned;
	ssize_t n = content_read(&t->content, data, CHUNK, from);
	if (n == -1)
		return -1;
	t->grew = clock_monotonic();
	if (n > 0 && memchr(data, '\n', (size_t)n) != NULL)
		return 1;
	t->scanned += (uint64_t)n;
	return t->scanned > (uint64_t)t->input->max_line;
}

/* The file has a hole where we are: go on behind it. */
static void
pass_hole(struct tail *t, uint64_t size)
{
	struct position behind;
	if (t->gather.grouping != NULL)
		return; /* which knows its lines by their bytes alone */
	off_t data = lseek(t->fd, (off_t)t->at.offset, SEEK_DATA);
	uint64_t end = data == -1 ? size : (uint64_t)data;
	if ((data == -1 && errno != ENXIO) || end <= t->at.offset ||
	    end > size || content_at(&t->content, end, &behind) != 1)
		return;
	router_incidents(t->router)->hole_bytes += end - t->at.offset;
	t->at = behind;
	t->scanned = 0;
	gather_begin(&t->gather, clock_realtime());
	gather_mark(&t->gather, &t->at);
	gather_end(&t->gather);
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void
count_damage(struct tail *t)
{
	uint64_t damaged = unzip_damaged(t->content.unzip);
	if (damaged <= t->damaged)
		return; /* or inflated again from its beginning */
	router_incidents(t->router)->damaged += damaged - t->damaged;
	t->damaged = damaged;
	log_warnx("input %s: %s: damaged near byte %" PRIu64
		  " of what is in it; reading on behind that",
	    t->input->name, t->source->path, unzip_length(t->content.unzip));
}

/* Nobody writes it any more, and it ends in the middle. */
static void
count_cut(struct tail *t)
{
	struct stat st;
	if (t->content.unzip == NULL || t->cut_short ||
	    unzip_is_complete(t->content.unzip) || fstat(t->fd, &st) == -1 ||
	    !unzip_is_at_end(t->content.unzip, &st))
		return;
	t->cut_short = true;
	router_incidents(t->router)->damaged++;
	log_warnx("input %s: %s: its end is missing", t->input->name,
	    t->source->path);
}

static enum tail_result
look_compressed(struct tail *t, const struct stat *st)
{
	if (unzip_is_cut(t->content.unzip, st)) {
		tail_begin_anew(t, "truncated");
		return TAIL_WAITING;
	}
	count_damage(t);
	content_keep(
	    &t->content, t->at.offset - position_checked(t->at.offset));
	if (!unzip_is_at_end(t->content.unzip, st) ||
	    unzip_length(t->content.unzip) > t->at.offset + t->scanned)
		return TAIL_MORE;
	return TAIL_IDLE;
}

/* Is there something behind what was scanned?  Truncation is seen here. */
static enum tail_result
look(struct tail *t)
{
	struct stat st;
	if (fstat(t->fd, &st) == -1)
		return fail(t);
	if (t->at.offset == 0)
		content_decide(&t->content);
	if (t->content.unzip != NULL)
		return look_compressed(t, &st);
	uint64_t size = (uint64_t)st.st_size;
	if (size < t->at.offset + t->scanned) {
		tail_begin_anew(t, "truncated");
		return TAIL_WAITING;
	}
	bool touched = !same_time(t->modified, st.st_mtim);
	t->modified = st.st_mtim;
	if (size > t->at.offset + t->scanned) {
		t->size = size;
		if (t->in_hole && st.st_blocks < st.st_size / 512)
			pass_hole(t, size);
		return TAIL_MORE;
	}
	/* Written to, but no longer: perhaps anew, to the same size. */
	if (touched && content_matches(&t->content, &t->at) == 0) {
		tail_begin_anew(t, "overwritten");
		return TAIL_WAITING;
	}
	return TAIL_IDLE;
}

/* Up to where `text` is to be known again: some of what is behind a hole. */
static struct str
behind_head(struct str text)
{
	size_t hole = 0;
	while (hole < text.len && text.data[hole] == '\0')
		hole++;
	text = str_after(text, hole);
	return str_after(text, position_checked(text.len));
}

/*
 * Lines of `text`, which stands where the tail is, behind `context` bytes, are
 * about to go out: what the file begins with must be durable before (struct
 * source).  True: it is.  With `last` the end of `text` is the end of a line.
 */
static bool
is_head_durable(struct tail *t, struct str text, size_t context, bool last)
{
	struct source *s = t->source;
	const struct stretch stretch = { text, context, t->at.offset };
	struct str rest = behind_head(text);
	bool is_cut = last || rest.len > 0 || memchr(text.data, '\n', text.len);
	if (text.len == 0 || !is_cut ||
	    (s->head.offset > 0 && s->head.offset <= t->at.offset) ||
	    (s->head.offset > 0 && content_matches(&t->content, &s->head) == 1))
		return true;
	s->head = position_in(&stretch, rest, 0);
	s->recorded = false;
	s->changed = true;
	checkpoint_save(t->checkpoint, true);
	return false;
}

/* Was a message taken for ended where the next line would begin, and is that
 * yet to be done? */
static bool
is_to_end_here(const struct tail *t)
{
	return t->source->cut == t->at.offset && gather_is_pending(&t->gather);
}

/* The bytes from where the tail is to `to`, with what stands in front of
 * them.  False: they are others now, or not inflated yet. */
static bool
route_to(struct tail *t, uint64_t to, struct buffer *scratch)
{
	size_t context = position_checked(t->at.offset);
	size_t want = context + (size_t)(to - t->at.offset);
	char *data = buffer_room(scratch, want);
	ssize_t n =
	    content_read(&t->content, data, want, t->at.offset - context);
	if (n != (ssize_t)want ||
	    checksum((struct str){ data, context }) != t->at.check)
		return false;
	const struct str text = { data + context, want - context };
	if (!is_head_durable(t, text, context, true))
		return false;
	tail_lines_route(t, text, context);
	return true;
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
	route_to(t, s->cut, scratch);
	return s->cut >= end && s->recorded;
}

bool
tail_finish(struct tail *t, struct buffer *scratch)
{
	if (!t->source->recorded)
		return false;
	count_cut(t);
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

/* Read on, behind what was looked at. */
static enum tail_result
read_on(struct tail *t, struct buffer *scratch)
{
	size_t context = position_checked(t->at.offset);
	size_t want = context + (size_t)t->scanned + CHUNK;
	char *data = buffer_room(scratch, want);
	ssize_t n =
	    content_read(&t->content, data, want, t->at.offset - context);
	if (n == -1)
		return fail(t);
	FAULT("tail-read");
	t->failing = false;
	t->grew = clock_monotonic();
	if ((size_t)n < context ||
	    checksum((struct str){ data, context }) != t->at.check) {
		tail_begin_anew(t, "overwritten");
		return TAIL_WAITING;
	}
	const struct str text = { data + context, (size_t)n - context };
	if (!is_head_durable(t, text, context, false))
		return TAIL_WAITING;
	tail_lines_route(t, text, context);
	if (t->content.unzip != NULL)
		count_damage(t);
	if ((size_t)n == want)
		return TAIL_MORE;
	t->source->read_up = true;
	return idle(t, scratch);
}

enum tail_result
tail_read(struct tail *t, struct buffer *scratch)
{
	if (t->to_end)
		return tail_go_to_end(t);
	if (!t->source->recorded || !t->source->cut_recorded)
		return TAIL_WAITING;
	if (router_is_held_up(t->router, t->source))
		return TAIL_HELD_UP;
	enum tail_result state = look(t);
	if (state != TAIL_MORE)
		return state == TAIL_IDLE ? idle(t, scratch) : state;
	if (!tail_lines_recall(t))
		return TAIL_MORE;
	int found = t->scanned < PROBE_FROM ? 1 : probe(t, scratch);
	if (found <= 0)
		return found == 0 ? TAIL_MORE : fail(t);
	return read_on(t, scratch);
}

uint64_t
tail_backlog(const struct tail *t)
{
	return content_behind(&t->content, t->at.offset);
}

bool
tail_has_more(const struct tail *t)
{
	return t->to_end ||
	    content_behind(&t->content, t->at.offset + t->scanned) > 0;
}

bool
tail_is_behind(const struct tail *t, const struct stat *st)
{
	uint64_t end = t->at.offset + t->scanned;
	if (t->content.unzip != NULL)
		return !unzip_is_at_end(t->content.unzip, st) ||
		    unzip_length(t->content.unzip) != end;
	return (uint64_t)st->st_size != end ||
	    !same_time(t->modified, st->st_mtim);
}

bool
tail_is_written_anew(struct tail *t)
{
	struct stat st;
	if (t->content.unzip != NULL || t->to_end || fstat(t->fd, &st) == -1)
		return false;
	return (uint64_t)st.st_size < t->at.offset + t->scanned ||
	    content_matches(&t->content, &t->at) == 0;
}
