#include "agent/unopened.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/xalloc.h"

/* Beyond it none is added: sweeps come at once, and drop them. */
#define NAMES_MAX 10000

struct unopened_name {
	UT_hash_handle hh;
	uint64_t sweep; /* the last one that began before it came */
	bool written;
	char path[];
};

static struct unopened_name *
find(const struct unopened *u, const char *path)
{
	struct unopened_name *n;
	HASH_FIND_STR(u->names, path, n);
	return n;
}

static void
forget(struct unopened *u, struct unopened_name *n)
{
	HASH_DEL(u->names, n);
	free(n);
}

bool
unopened_came(struct unopened *u, const char *path, bool written)
{
	bool lost = unopened_went(u, path, true);
	size_t len = strlen(path);
	if (HASH_COUNT(u->names) >= NAMES_MAX)
		return lost;
	struct unopened_name *n = xcalloc(1, sizeof(*n) + len + 1);
	memcpy(n->path, path, len);
	n->sweep = u->sweep;
	n->written = written;
	HASH_ADD_STR(u->names, path, n);
	return lost;
}

void
unopened_grew(struct unopened *u, const char *path)
{
	struct unopened_name *n = find(u, path);
	if (n != NULL)
		n->written = true;
}

bool
unopened_went(struct unopened *u, const char *path, bool deleted)
{
	struct unopened_name *n = find(u, path);
	bool lost = n != NULL && n->written && deleted;
	if (n != NULL)
		forget(u, n);
	return lost;
}

void
unopened_opened(struct unopened *u, const char *path)
{
	struct unopened_name *n = find(u, path);
	if (n != NULL)
		forget(u, n);
}

void
unopened_begin_sweep(struct unopened *u)
{
	u->sweep++;
}

void
unopened_end_sweep(struct unopened *u)
{
	struct unopened_name *n, *next;
	HASH_ITER(hh, u->names, n, next)
		if (n->sweep < u->sweep)
			forget(u, n);
}

void
unopened_clear(struct unopened *u)
{
	struct unopened_name *n, *next;
	HASH_ITER(hh, u->names, n, next)
		forget(u, n);
}
