#include "agent/gather.h"

#include <assert.h>

#include "core/clock.h"

static void
put(void *owner, const struct cut *cut, uint64_t pos, int64_t received)
{
	struct gather *g = owner;
	g->origin.received = received;
	g->dirty = true;
	router_take(g->router, &g->origin, cut, pos);
}

void
gather_start(struct gather *g, struct router *router, struct source *source,
    const struct position *at, struct level *level)
{
	const struct grouping_rules *rules = router_grouping(router);
	if (g->grouping == NULL && rules != NULL)
		g->grouping = grouping_new(rules, put, g);
	if (g->grouping != NULL)
		grouping_start(g->grouping, at->offset);
	g->router = router;
	g->source = source;
	g->level = level;
	g->clean = *at;
	g->dirty = g->carried = false;
	g->origin.span = NULL;
}

void
gather_begin(struct gather *g, int64_t received)
{
	struct span *span = g->origin.span;
	g->carried = span != NULL;
	g->origin = (struct origin){ g->source,
		span != NULL ? span : span_open(g->source), received,
		g->level };
}

void
gather_line(struct gather *g, const struct cut *cut, uint64_t pos)
{
	if (g->grouping == NULL) {
		put(g, cut, pos, g->origin.received);
		return;
	}
	const struct arrival arrival = { g->origin.received,
		clock_monotonic() };
	grouping_put(g->grouping, cut, pos, &arrival);
	g->origin.received = arrival.received;
	if (gather_is_clean(g, pos))
		g->dirty = false;
}

void
gather_flush(struct gather *g)
{
	if (g->grouping != NULL)
		grouping_flush(g->grouping);
}

bool
gather_is_clean(const struct gather *g, uint64_t pos)
{
	return g->grouping == NULL || grouping_is_clean(g->grouping, pos);
}

bool
gather_is_carried(const struct gather *g)
{
	return g->carried;
}

void
gather_mark(struct gather *g, const struct position *at)
{
	g->clean = *at;
	/* It may be behind us, and things went out since. */
	if (gather_is_clean(g, at->offset))
		g->dirty = false;
}

void
gather_end(struct gather *g)
{
	assert(g->origin.span != NULL);
	if (g->dirty)
		return;
	span_close(g->origin.span, &g->clean);
	g->origin.span = NULL;
}

bool
gather_is_pending(const struct gather *g)
{
	return g->grouping != NULL && grouping_is_pending(g->grouping);
}

bool
gather_is_overdue(const struct gather *g)
{
	return g->grouping != NULL &&
	    grouping_is_overdue(g->grouping, clock_monotonic());
}

void
gather_clear(struct gather *g)
{
	grouping_free(g->grouping);
	*g = (struct gather){ 0 };
}
