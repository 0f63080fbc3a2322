#include "agent/source.h"

#include <assert.h>
#include <stdlib.h>

#include "agent/source_index.h"
#include "core/checksum.h"
#include "core/xalloc.h"

/* How far a chain has come. */
struct mark {
	struct chain *chain;
	uint64_t pos;
};

struct span {
	struct source *source;
	struct span *next;
	struct position end;
	uint64_t number; /* in its source, from 1 */
	struct mark *marks;
	size_t mark_count, mark_room;
	size_t unsettled;
	bool closed;
};

struct source *
source_new(const char *input, const struct identity *identity, const char *path)
{
	struct source *s = xcalloc(1, sizeof(*s));
	random_id(s->id);
	s->fd = -1;
	s->identity = *identity;
	s->input = xstrdup(input);
	s->path = xstrdup(path);
	s->safe.check = checksum((struct str){ "", 0 });
	s->reached = s->head = s->safe;
	s->changed = s->cut_recorded = true;
	return s;
}

void
source_save_all(struct source *s)
{
	struct chain *chain, *next;
	s->changed = true;
	s->chain_sum = 0;
	s->idle_saved = 0;
	s->head_saved = 0;
	HASH_ITER(hh, s->chains.table, chain, next) {
		chain->sum = 0;
		chain->changed = chain->end > 0;
	}
}

void
source_end(struct source *s)
{
	s->gone = s->changed = true;
}

const struct position *
source_known_by(const struct source *s)
{
	return s->reached.offset >= s->head.offset ? &s->reached : &s->head;
}

bool
source_is_settled(const struct source *s)
{
	return s->first == NULL;
}

static void
span_free(struct span *span)
{
	free(span->marks);
	free(span);
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	source_index_remove(s);
	while (s->first != NULL) {
		struct span *span = s->first;
		s->first = span->next;
		span_free(span);
	}
	chains_clear(&s->chains);
	free(s->input);
	free(s->path);
	free(s);
}

struct span *
span_open(struct source *s)
{
	struct span *span = xcalloc(1, sizeof(*span));
	span->source = s;
	span->number = ++s->spans;
	if (s->last != NULL)
		s->last->next = span;
	else
		s->first = span;
	s->last = span;
	return span;
}

void
span_mark(struct span *span, struct chain *chain, uint64_t pos)
{
	if (chain->span == span->number) {
		span->marks[chain->mark].pos = pos;
		return;
	}
	if (span->mark_count == span->mark_room) {
		span->mark_room = 2 * span->mark_room + 8;
		span->marks = xrealloc(
		    span->marks, span->mark_room * sizeof(*span->marks));
	}
	chain->span = span->number;
	chain->mark = span->mark_count;
	span->marks[span->mark_count++] = (struct mark){ chain, pos };
}

/* All that the span marked is safe. */
static void
take_marks(const struct span *span)
{
	for (size_t i = 0; i < span->mark_count; i++) {
		struct chain *chain = span->marks[i].chain;
		assert(span->marks[i].pos > chain->end);
		chain->end = span->marks[i].pos;
		chain->changed = true;
	}
}

/* Move `safe` over the settled spans at the front, and over no other. */
static void
advance(struct source *s)
{
	while (
	    s->first != NULL && s->first->closed && s->first->unsettled == 0) {
		struct span *span = s->first;
		assert(span->end.offset >= s->safe.offset);
		if (span->end.offset > s->safe.offset)
			s->changed = true;
		s->safe = span->end;
		take_marks(span);
		s->first = span->next;
		if (s->first == NULL)
			s->last = NULL;
		span_free(span);
	}
}

struct source *
span_source(const struct span *span)
{
	return span->source;
}

void
span_hold(struct span *span)
{
	assert(!span->closed);
	span->unsettled++;
}

void
span_settle(struct span *span)
{
	assert(span->unsettled > 0);
	if (--span->unsettled == 0)
		advance(span->source);
}

void
span_close(struct span *span, const struct position *end)
{
	assert(!span->closed);
	span->closed = true;
	span->end = *end;
	span->source->reached = *end;
	marks_add(&span->source->marks, end);
	advance(span->source);
}
