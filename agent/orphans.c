#include "agent/orphans.h"

#include <stdlib.h>
#include <string.h>

#include "agent/rotation.h"
#include "core/clock.h"
#include "core/xalloc.h"

static void
look_for(struct orphans *os, struct orphan *o)
{
	const struct source *source = o->former.source;
	const struct search_wanted wanted = { .path = source->path,
		.identity = &source->identity,
		.at = source_known_by(source),
		.marks = &source->marks,
		.was_copied = o->heir != NULL };
	o->search = search_new(&wanted, os->events->is_known, os->owner);
}

void
orphans_add(
    struct orphans *os, const struct former *former, struct followed *heir)
{
	struct orphan *o = xcalloc(1, sizeof(*o));
	struct orphan **link = &os->first;
	o->former = *former;
	o->heir = heir;
	o->base = rotation_base(former->source->path);
	o->since = clock_monotonic();
	look_for(os, o);
	while (*link != NULL)
		link = &(*link)->next;
	*link = o;
}

static void
orphan_free(struct orphan *o)
{
	search_free(o->search);
	free(o->base);
	free(o);
}

/* It is over, one way or the other. */
static void
finish(struct orphans *os, struct orphan *o, bool is_found)
{
	struct orphan **link = &os->first;
	struct search_found shorter;
	while (*link != o)
		link = &(*link)->next;
	*link = o->next;
	if (is_found) {
		struct search_found file = search_found(o->search);
		os->events->found(os->owner, o, &file);
	} else if (search_shorter_copy(o->search, &shorter))
		os->events->lost(os->owner, o, &shorter);
	else
		os->events->lost(os->owner, o, NULL);
	orphan_free(o);
}

bool
orphans_turn(struct orphans *os)
{
	struct orphan *o = os->first;
	while (o != NULL && o->search == NULL)
		o = o->next;
	if (o == NULL)
		return false;
	enum search_state state = search_turn(o->search);
	bool late = clock_monotonic() - o->since > os->patience;
	if (state == SEARCH_NONE && search_is_early(o->search) && !late) {
		search_free(o->search);
		o->search = NULL;
	} else if (state != SEARCH_MORE)
		finish(os, o, state == SEARCH_FOUND);
	return true;
}

void
orphans_retry(struct orphans *os)
{
	for (struct orphan *o = os->first; o != NULL; o = o->next)
		if (o->search == NULL)
			look_for(os, o);
}

bool
orphans_await(const struct orphans *os, const char *base)
{
	for (const struct orphan *o = os->first; o != NULL; o = o->next)
		if (strcmp(o->base, base) == 0)
			return true;
	return false;
}

bool
orphans_have(const struct orphans *os, const struct source *source)
{
	for (const struct orphan *o = os->first; o != NULL; o = o->next)
		if (o->former.source == source)
			return true;
	return false;
}

bool
orphans_inherit(const struct orphans *os, const struct followed *heir)
{
	for (const struct orphan *o = os->first; o != NULL; o = o->next)
		if (o->heir == heir)
			return true;
	return false;
}

void
orphans_disinherit(struct orphans *os, const struct followed *heir)
{
	for (struct orphan *o = os->first; o != NULL; o = o->next)
		if (o->heir == heir)
			o->heir = NULL;
}

void
orphans_clear(struct orphans *os)
{
	while (os->first != NULL) {
		struct orphan *o = os->first;
		os->first = o->next;
		orphan_free(o);
	}
}
