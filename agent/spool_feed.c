#include "agent/spool_feed.h"

#include "core/clock.h"

void
spool_feed_start(struct spool_feed *f, struct router *router,
    struct source *source, struct checkpoint *checkpoint)
{
	f->source = source;
	f->checkpoint = checkpoint;
	gather_start(&f->gather, router, source, &source->safe, &f->level);
}

/* All up to `at` was routed, or is not to be: unless some of it is held. */
static void
mark(struct spool_feed *f, uint64_t at)
{
	struct position here = { .offset = at };
	if (!gather_is_clean(&f->gather, at))
		return;
	gather_mark(&f->gather, &here);
	if (gather_is_carried(&f->gather)) {
		gather_end(&f->gather);
		gather_begin(&f->gather, clock_realtime());
	}
}

void
spool_feed_begin(struct spool_feed *f, uint64_t at)
{
	gather_begin(&f->gather, clock_realtime());
	mark(f, at);
}

void
spool_feed_entry(struct spool_feed *f, const struct entry *e, uint64_t at)
{
	struct cut cut = { .text = e->text,
		.origin = e->origin,
		.taken = e->text.len,
		.part = e->part,
		.flags = e->flags };
	f->gather.origin.received = e->received;
	f->level = (struct level){ e->severity, e->facility, e->part > 1 };
	gather_line(&f->gather, &cut, at);
	/* Where a message was once taken for ended it is so again. */
	if (at == f->source->cut)
		gather_flush(&f->gather);
	mark(f, at);
}

void
spool_feed_gap(struct spool_feed *f, uint64_t at)
{
	gather_flush(&f->gather);
	mark(f, at);
}

void
spool_feed_end(struct spool_feed *f)
{
	gather_end(&f->gather);
}

bool
spool_feed_is_due(const struct spool_feed *f, uint64_t at)
{
	return gather_is_pending(&f->gather) &&
	    (f->ended || f->source->cut == at || gather_is_overdue(&f->gather));
}

void
spool_feed_finish(struct spool_feed *f, uint64_t at)
{
	struct source *source = f->source;
	if (!spool_feed_is_due(f, at))
		return;
	if (source->cut == at) {
		gather_begin(&f->gather, clock_realtime());
		gather_flush(&f->gather);
		mark(f, at);
		gather_end(&f->gather);
	} else if (source->cut <= source->safe.offset) {
		/* Else the one before it is needed until its lines are safe. */
		source->cut = at;
		source->cut_recorded = false;
		source->changed = true;
		checkpoint_save(f->checkpoint, true);
	}
}

void
spool_feed_clear(struct spool_feed *f)
{
	gather_clear(&f->gather);
}
