#include "agent/complaints.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Beyond it the rest is one complaint: a stranger may make more names. */
#define COMPLAINTS_MAX 1000

struct complaint {
	UT_hash_handle hh;
	uint64_t sweep; /* the last one that met it */
	char *what;
	char path[];
};

static void
forget(struct complaints *c, struct complaint *one)
{
	HASH_DEL(c->table, one);
	free(one->what);
	free(one);
}

/* Drop those that the last whole sweep did not meet. */
static void
prune(struct complaints *c)
{
	struct complaint *one, *next;
	c->pruned = c->sweep;
	HASH_ITER(hh, c->table, one, next)
		if (one->sweep + 1 < c->sweep)
			forget(c, one);
}

static bool
has_room(struct complaints *c)
{
	if (HASH_COUNT(c->table) >= COMPLAINTS_MAX && c->pruned != c->sweep)
		prune(c);
	bool has = HASH_COUNT(c->table) < COMPLAINTS_MAX;
	if (!has && !c->full)
		log_warnx("more than %d paths cannot be followed: the others "
			  "are not named",
		    COMPLAINTS_MAX);
	c->full = !has;
	return has;
}

bool
complaints_add(struct complaints *c, const char *path, const char *what)
{
	struct complaint *one;
	HASH_FIND_STR(c->table, path, one);
	if (one == NULL) {
		if (!has_room(c))
			return false;
		one = xcalloc(1, sizeof(*one) + strlen(path) + 1);
		memcpy(one->path, path, strlen(path));
		HASH_ADD_STR(c->table, path, one);
	}
	one->sweep = c->sweep;
	if (one->what != NULL && strcmp(one->what, what) == 0)
		return false;
	free(one->what);
	one->what = xstrdup(what);
	return true;
}

const char *
complaints_find(const struct complaints *c, const char *path)
{
	struct complaint *one;
	HASH_FIND_STR(c->table, path, one);
	return one != NULL ? one->what : NULL;
}

void
complaints_end(struct complaints *c, const char *path)
{
	struct complaint *one;
	HASH_FIND_STR(c->table, path, one);
	if (one != NULL)
		forget(c, one);
}

void
complaints_begin_sweep(struct complaints *c)
{
	c->sweep++;
}

void
complaints_clear(struct complaints *c)
{
	struct complaint *one, *next;
	HASH_ITER(hh, c->table, one, next)
		forget(c, one);
}
