#include "agent/spool_feed.h"

#include <inttypes.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"

#define CHUNK ((uint64_t)64 << 10)

void
spool_feed_start(struct spool_feed *f, const struct input_context *context,
    struct spool_directory *directory, struct source *source)
{
	*f = (struct spool_feed){
		.context = *context, .directory = directory, .source = source
	};
	spool_reader_init(&f->reader, directory, source->safe.offset);
	gather_start(
	    &f->gather, context->router, source, &source->safe, &f->level);
}

uint64_t
spool_feed_at(const struct spool_feed *f)
{
	return f->reader.at;
}

/* All so far was routed, or is not to be: unless some of it is held. */
static void
mark(struct spool_feed *f)
{
	struct position here = { .offset = f->reader.at };
	if (!gather_is_clean(&f->gather, here.offset))
		return;
	gather_mark(&f->gather, &here);
	if (gather_is_carried(&f->gather)) {
		gather_end(&f->gather);
		gather_begin(&f->gather, clock_realtime());
	}
}

static void
take(struct spool_feed *f, const struct entry *e)
{
	struct cut cut = { .text = e->text,
		.origin = e->origin,
		.taken = e->text.len,
		.part = e->part,
		.flags = e->flags };
	f->gather.origin.received = e->received;
	f->level = (struct level){ e->severity, e->facility, e->part > 1 };
	gather_line(&f->gather, &cut, f->reader.at);
	/* Where a message was once taken for ended it is so again. */
	if (f->reader.at == f->source->cut)
		gather_flush(&f->gather);
	mark(f);
}

static void
account_for_damage(struct spool_feed *f)
{
	const struct spool_damage *d = &f->reader.damage;
	f->damaged++;
	f->lost += d->to - d->from;
	if (f->told == d->segment + 1) /* weir spool check lists them all */
		return;
	f->told = d->segment + 1;
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(d->segment, name);
	log_warnx("input %s: %s/%s: %s at %" PRIu64 ", %" PRIu64
		  " bytes of lines are skipped",
	    f->context.options->name, f->directory->path, name,
	    d->missing ? "a segment before it is missing" : "damaged", d->from,
	    d->to - d->from);
	if (!d->missing)
		spool_directory_keep(f->directory, d->segment);
}

/* Read and route a piece of it. */
static enum spool_found
read_on(struct spool_feed *f, uint64_t end)
{
	uint64_t from = f->reader.at;
	enum spool_found found = SPOOL_ENTRY;
	gather_begin(&f->gather, clock_realtime());
	mark(f);
	while (found != SPOOL_END && f->reader.at - from < CHUNK) {
		struct entry e;
		found = spool_reader_next(&f->reader, end, &e);
		if (found == SPOOL_FAILED)
			break;
		if (found == SPOOL_ENTRY)
			take(f, &e);
		else if (found == SPOOL_DAMAGE) {
			account_for_damage(f);
			gather_flush(&f->gather);
			mark(f);
		}
	}
	if (found == SPOOL_END) /* be it that the last record holds nothing */
		mark(f);
	FAULT("spool-read");
	gather_end(&f->gather);
	return found;
}

/* Is a message held to which nothing will be added, or that waited long
 * enough? */
static bool
is_due(const struct spool_feed *f)
{
	return gather_is_pending(&f->gather) &&
	    (f->ended || f->source->cut == f->reader.at ||
		gather_is_overdue(&f->gather));
}

/* It ends here: once that is durable. */
static void
finish(struct spool_feed *f)
{
	struct source *source = f->source;
	if (!is_due(f))
		return;
	if (source->cut == f->reader.at) {
		gather_begin(&f->gather, clock_realtime());
		gather_flush(&f->gather);
		mark(f);
		gather_end(&f->gather);
	} else if (source->cut <= source->safe.offset) {
		/* Else the one before it is needed until its lines are safe. */
		source->cut = f->reader.at;
		source->cut_recorded = false;
		source->changed = true;
		checkpoint_save(f->context.checkpoint, true);
	}
}

static bool
is_held_up(const struct spool_feed *f)
{
	return router_is_held_up(f->context.router, f->source);
}

bool
spool_feed_turn(struct spool_feed *f, uint64_t end)
{
	struct source *source = f->source;
	if (!source->recorded || !source->cut_recorded || is_held_up(f))
		return false;
	/* Where a message was taken for ended nothing is added to it. */
	if (f->reader.at >= end || source->cut == f->reader.at)
		finish(f);
	if (f->reader.at >= end)
		return false;
	enum spool_found found = read_on(f, end);
	if (f->reader.at >= end)
		source->read_up = true;
	if (found == SPOOL_FAILED) {
		f->context.failed(f->context.owner);
		return false;
	}
	return f->reader.at >= end ? is_due(f) : found != SPOOL_END;
}

bool
spool_feed_has_work(const struct spool_feed *f, uint64_t end)
{
	return f->reader.at < end || is_due(f);
}

bool
spool_feed_is_drained(const struct spool_feed *f, uint64_t end)
{
	return f->source->recorded &&
	    (!spool_feed_has_work(f, end) || f->reader.failing ||
		is_held_up(f));
}

void
spool_feed_clear(struct spool_feed *f)
{
	gather_clear(&f->gather);
	spool_reader_clear(&f->reader);
}
