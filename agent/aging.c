#include "agent/aging.h"

#include <stdlib.h>

#include "agent/renamed.h"
#include "core/xalloc.h"

static void
expire(struct source *s)
{
	s->expired = s->changed = true;
}

static void
stamp(struct source *s, uint32_t now)
{
	s->idle = now;
	s->changed = true;
}

/* It was left alone for long. */
static void
judge(struct source *s, uint32_t now)
{
	static const struct identity none;
	char *path = NULL;
	/* A spool waits for its input to be configured again. */
	if (s->gone ||
	    (!identity_is_same(&s->identity, &none) &&
		renamed_find(s->path, &s->identity, &path) == 0))
		expire(s);
	else
		stamp(s, now);
	free(path);
}

static void
look_at(struct source *s, uint32_t now)
{
	if (s->attached) {
		if (s->idle != 0)
			stamp(s, 0);
	} else if (s->idle == 0 || s->idle > now)
		stamp(s, now);
	else if (now - s->idle > AGING_KEEPS && source_is_settled(s))
		judge(s, now);
}

static size_t
size_of(const struct source *s)
{
	return 1 + HASH_COUNT(s->chains.table);
}

static bool
is_kept_for_its_ends(const struct source *s)
{
	return s->gone && !s->expired && source_is_settled(s);
}

static int
by_age(const void *a, const void *b)
{
	const struct source *const *x = a, *const *y = b;
	return ((*x)->idle > (*y)->idle) - ((*x)->idle < (*y)->idle);
}

static size_t
bound(struct source *sources, size_t count, size_t size)
{
	struct source **gone = xcalloc(count, sizeof(struct source *));
	size_t n = 0, before = size;
	for (struct source *s = sources; s != NULL; s = s->next)
		if (is_kept_for_its_ends(s))
			gone[n++] = s;
	qsort(gone, n, sizeof(struct source *), by_age);
	for (size_t i = 0; i < n && size > AGING_MAX; i++) {
		size -= size_of(gone[i]);
		expire(gone[i]);
	}
	free(gone);
	return before - size;
}

size_t
aging_look(struct source *sources, uint32_t now)
{
	size_t count = 0, size = 0;
	for (struct source *s = sources; s != NULL; s = s->next) {
		look_at(s, now);
		if (is_kept_for_its_ends(s)) {
			count++;
			size += size_of(s);
		}
	}
	return size > AGING_MAX ? bound(sources, count, size) : 0;
}
