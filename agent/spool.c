#include "agent/spool.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/spool_cursor.h"
#include "agent/spool_feed.h"
#include "agent/spool_recover.h"
#include "agent/spool_writer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/units.h"
#include "core/xalloc.h"

/* Of a small spool each segment is a small part: it frees by segments. */
#define PARTS 8

/* So many segments with lines stay of what goes on behind its last line: a
 * host that loses power may lose the one that is not on the disk yet. */
#define KEPT 2

/* How long it must have had room before that is worth a line of log. */
#define FULL_FOR (10 * NS_PER_SECOND)

struct spool {
	struct input_context context;
	struct spool_directory directory;
	struct spool_writer writer;
	struct source *source;
	struct spool_feed feed;
	bool known; /* the checkpoint had it */
	uv_timer_t every_second;
	spool_second *second;
	void *owner;
	bool full; /* and that was said */
	int64_t last_full; /* monotonic */
};

static const char *
name_of(const struct spool *s)
{
	return s->context.options->name;
}

static uint64_t
used(const struct spool *s)
{
	return s->directory.count > 0 ? s->writer.next - s->directory.bases[0]
				      : 0;
}

/* Is all of the segment at `index` in front of the place `at`? */
static bool
is_behind(const struct spool *s, size_t index, uint64_t at)
{
	if (index + 1 < s->directory.count)
		return s->directory.bases[index + 1] <= at;
	return !s->writer.begun && s->writer.end <= at;
}

/* How many segments may go, be they confirmed or not. */
static size_t
dispensable(const struct spool *s)
{
	const struct spool_directory *d = &s->directory;
	int64_t type = s->context.options->type;
	size_t count = d->count;
	if (type != INPUT_JOURNAL && type != INPUT_KMSG)
		return count;
	if (count > 0 && d->bases[count - 1] >= s->writer.end)
		count--; /* no line is in it yet */
	return count > KEPT ? count - KEPT : 0;
}

static void
release(struct spool *s)
{
	while (dispensable(s) > 0 && is_behind(s, 0, s->source->saved) &&
	    spool_directory_remove(&s->directory, 0) == 0)
		;
}

static void
say_full(struct spool *s, bool full)
{
	struct buffer max = { 0 };
	units_print_size(&max, s->context.options->spool_max);
	log_info("input %s: %s is %s spool_max = " STR_FMT, name_of(s),
	    s->directory.path, full ? "at its" : "again below its",
	    STR_ARG(buffer_str(&max)));
	buffer_clear(&max);
	s->full = full;
}

static void
on_second(uv_timer_t *timer)
{
	struct spool *s = timer->data;
	spool_flush(s);
	release(s);
	s->second(s->owner);
	spool_writer_sync(&s->writer);
	/* A stream that is faster than the broker is full at every moment. */
	if (s->full && clock_monotonic() - s->last_full > FULL_FOR)
		say_full(s, false);
	if (spool_feed_has_work(&s->feed, s->writer.end))
		s->context.wake(s->context.owner);
}

/* A new source, in front of which everything up to `safe` was confirmed. */
static void
begin_source(struct spool *s, const char *path, uint64_t safe)
{
	static const struct identity none = { 0 };
	struct source *new = source_new(name_of(s), &none, path);
	new->safe.offset = new->reached.offset = safe;
	checkpoint_add(s->context.checkpoint, s->context.options, new);
	s->source = new;
}

/* The place at which reading begins. */
static uint64_t
find_source(struct spool *s, const char *path)
{
	static const struct identity none = { 0 };
	struct spool_directory *d = &s->directory;
	struct source *old = s->source =
	    checkpoint_find(s->context.checkpoint, s->context.options, &none);
	s->known = old != NULL;
	if (old == NULL) {
		if (d->count > 0)
			log_warnx("input %s: the checkpoint does not know how "
				  "much of %s is confirmed: lines will repeat",
			    name_of(s), d->path);
		begin_source(s, path, d->count > 0 ? d->bases[0] : 0);
	} else if (d->count == 0 && old->state != SOURCE_SETTLED) {
		/* Somebody may have removed what lines were sent of: their
		 * places must not be given to others. */
		begin_source(s, path, old->safe.offset);
		source_end(old);
	}
	s->source->attached = true;
	return s->source->safe.offset;
}

static int
take_up(struct spool *s, const char *path)
{
	struct spool_end end;
	uint64_t size = (uint64_t)s->context.options->spool_max / PARTS;
	if (spool_recover(&s->directory, &end) == -1)
		return -1;
	uint64_t at = find_source(s, path);
	/* A host that lost power may have kept less than was confirmed. */
	if (end.next < at)
		end.next = at;
	spool_writer_init(
	    &s->writer, s->context.loop, &s->directory, end.after, end.next);
	if (size < s->writer.segment_size)
		s->writer.segment_size = size;
	release(s);
	spool_feed_start(&s->feed, &s->context, &s->directory, s->source);
	s->source->read_up = at >= end.next;
	if (at < end.next)
		log_info("input %s: %" PRIu64 " bytes wait in %s", name_of(s),
		    end.next - at, s->directory.path);
	return 0;
}

struct spool *
spool_open(const struct input_context *context, const char *path,
    spool_second *second, void *owner)
{
	struct spool *s = xcalloc(1, sizeof(*s));
	s->context = *context;
	s->second = second;
	s->owner = owner;
	if (spool_directory_open(&s->directory, context->config->weir.state,
		name_of(s), true) == -1)
		goto free_spool;
	if (take_up(s, path) == -1)
		goto close_directory;
	s->every_second.data = s;
	uv_timer_init(context->loop, &s->every_second);
	uv_timer_start(&s->every_second, on_second, 1000, 1000);
	return s;

close_directory:
	spool_directory_close(&s->directory);
free_spool:
	free(s);
	return NULL;
}

int
spool_cursor(struct spool *s, struct buffer *cursor)
{
	int found = spool_cursor_find(&s->directory, cursor);
	if (found == 0 && s->known)
		log_warnx("input %s: %s does not say where reading stopped: "
			  "it begins as `start` says",
		    name_of(s), s->directory.path);
	return found;
}

int
spool_mark(struct spool *s, struct str cursor)
{
	return spool_cursor_mark(&s->directory, cursor);
}

bool
spool_has_room(struct spool *s)
{
	bool full = used(s) >= (uint64_t)s->context.options->spool_max;
	if (full) {
		s->last_full = clock_monotonic();
		if (!s->full)
			say_full(s, true);
	}
	return !full && spool_writer_is_ready(&s->writer);
}

uint64_t
spool_left(const struct spool *s)
{
	uint64_t max = (uint64_t)s->context.options->spool_max;
	uint64_t taken = used(s);
	return s->writer.failing || taken >= max ? 0 : max - taken;
}

void
spool_put(struct spool *s, const struct entry *e)
{
	spool_writer_put(&s->writer, e);
}

void
spool_flush(struct spool *s)
{
	uint64_t before = s->writer.end;
	if (spool_writer_flush(&s->writer) == -1)
		return;
	if (s->writer.sealed_count > 0)
		spool_writer_sync(&s->writer);
	if (s->writer.end > before)
		s->context.wake(s->context.owner);
}

void
spool_draft(struct spool *s, const struct entry *e)
{
	if (spool_writer_is_ready(&s->writer))
		spool_writer_draft(&s->writer, e);
}

bool
spool_turn(struct spool *s)
{
	return spool_feed_turn(&s->feed, s->writer.end);
}

void
spool_end(struct spool *s)
{
	s->feed.ended = true;
	s->context.wake(s->context.owner);
}

void
spool_recorded(struct spool *s)
{
	s->context.wake(s->context.owner);
}

void
spool_status(const struct spool *s)
{
	log_info("input %s: spool %" PRIu64
		 " bytes, of these not yet read %" PRIu64
		 "; damaged in %" PRIu64 " places, %" PRIu64 " bytes lost",
	    name_of(s), used(s), s->writer.next - spool_feed_at(&s->feed),
	    s->feed.damaged, s->feed.lost);
}

bool
spool_is_drained(const struct spool *s)
{
	return s->writer.pending.len == 0 &&
	    spool_feed_is_drained(&s->feed, s->writer.end);
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
spool_close(struct spool *s)
{
	uv_timer_stop(&s->every_second);
	spool_writer_close(&s->writer);
	spool_feed_clear(&s->feed);
	release(s);
	spool_directory_close(&s->directory);
	s->source->attached = false;
	uv_close((uv_handle_t *)&s->every_second, on_closed);
}
