#include "agent/source.h"

#include <assert.h>
#include <stdlib.h>

#include "core/checksum.h"
#include "core/xalloc.h"

struct span {
	struct source *source;
	struct span *next;
	struct position end;
	size_t unsettled;
	bool closed;
};

struct source *
source_new(const struct identity *identity, const char *path)
{
	struct source *s = xcalloc(1, sizeof(*s));
	random_id(s->id);
	s->identity = *identity;
	s->path = xstrdup(path);
	s->safe.check = checksum((struct str){ "", 0 });
	s->reached = s->safe;
	s->changed = true;
	return s;
}

bool
source_is_settled(const struct source *s)
{
	return s->first == NULL;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	while (s->first != NULL) {
		struct span *span = s->first;
		s->first = span->next;
		free(span);
	}
	free(s->path);
	free(s);
}

struct span *
span_open(struct source *s)
{
	struct span *span = xcalloc(1, sizeof(*span));
	span->source = s;
	if (s->last != NULL)
		s->last->next = span;
	else
		s->first = span;
	s->last = span;
	return span;
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
		s->first = span->next;
		if (s->first == NULL)
			s->last = NULL;
		free(span);
	}
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
	advance(span->source);
}
