#include "agent/followed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/parked.h"
#include "agent/rotation.h"
#include "core/xalloc.h"

static void
take_name(struct followed_set *set, struct followed *f)
{
	if (f->path == NULL)
		return;
	HASH_DELETE(by_path, set->paths, f);
	free(f->path);
	f->path = NULL;
	f->rotated = true;
}

static void
give_name(struct followed_set *set, struct followed *f, const char *path)
{
	f->path = xstrdup(path);
	HASH_ADD_KEYPTR(by_path, set->paths, f->path, strlen(f->path), f);
}

struct followed *
followed_find_path(const struct followed_set *set, const char *path)
{
	struct followed *f;
	HASH_FIND(by_path, set->paths, path, strlen(path), f);
	return f;
}

/* Of all generations of one log the last one that was added. */
static struct followed *
take_youngest(struct followed_set *set, struct followed *f, const char *path)
{
	struct followed *before;
	f->base = rotation_base(path);
	HASH_FIND(by_base, set->youngest, f->base, strlen(f->base), before);
	if (before != NULL)
		HASH_DELETE(by_base, set->youngest, before);
	HASH_ADD_KEYPTR(by_base, set->youngest, f->base, strlen(f->base), f);
	return before;
}

static void
follow_after(struct followed *f, struct followed *before)
{
	/* It may itself be waited for already: behind the last one. */
	while (before->successor != NULL)
		before = before->successor;
	before->successor = f;
	f->held = true;
}

static struct followed *
new_followed(struct followed_set *set, const struct identity *identity)
{
	struct followed *f = xcalloc(1, sizeof(*f));
	f->key = (struct followed_key){ identity->device, identity->inode };
	f->sweep = set->sweep;
	HASH_ADD(hh, set->files, key, sizeof(f->key), f);
	return f;
}

struct followed *
followed_add(
    struct followed_set *set, const struct identity *identity, const char *path)
{
	struct followed *f = new_followed(set, identity);
	struct followed *before = followed_find_path(set, path);
	struct followed *older = take_youngest(set, f, path);
	if (before != NULL) {
		take_name(set, before);
		followed_queue(set, before);
		follow_after(f, before);
	} else if (older != NULL &&
	    (!older->caught_up || parked_is(&older->tail) ||
		tail_has_more(&older->tail))) {
		followed_queue(set, older);
		follow_after(f, older);
	}
	give_name(set, f, path);
	return f;
}

struct followed *
followed_add_before(struct followed_set *set, const struct identity *identity,
    struct followed *heir)
{
	struct followed *i, *next;
	struct followed *f = new_followed(set, identity);
	f->base = xstrdup(heir->base);
	f->rotated = true;
	if (heir->held)
		FOLLOWED_EACH(set, i, next)
			if (i->successor == heir) {
				i->successor = f;
				f->held = true;
			}
	f->successor = heir;
	heir->held = true;
	return f;
}

struct followed *
followed_find(struct followed_set *set, uint64_t device, uint64_t inode)
{
	struct followed_key key = { device, inode };
	struct followed *f;
	HASH_FIND(hh, set->files, &key, sizeof(key), f);
	return f;
}

void
followed_begin_sweep(struct followed_set *set)
{
	set->sweep++;
}

bool
followed_seen(struct followed_set *set, struct followed *f, const char *path)
{
	struct stat st;
	f->sweep = set->sweep;
	f->unnamed_since = 0;
	if (f->path != NULL && strcmp(f->path, path) == 0)
		return false;
	if (f->path != NULL && stat(f->path, &st) == 0 &&
	    st.st_dev == f->key.device && st.st_ino == f->key.inode)
		return false;
	struct followed *before = followed_find_path(set, path);
	if (before != NULL)
		take_name(set, before);
	take_name(set, f);
	give_name(set, f, path);
	return true;
}

bool
followed_is_unnamed(const struct followed_set *set, const struct followed *f)
{
	return f->sweep != set->sweep;
}

void
followed_queue(struct followed_set *set, struct followed *f)
{
	if (f->queued)
		return;
	f->queued = true;
	f->next = NULL;
	if (set->last != NULL)
		set->last->next = f;
	else
		set->first = f;
	set->last = f;
}

static struct followed *
take_first(struct followed_set *set)
{
	struct followed *f = set->first;
	set->first = f->next;
	if (set->first == NULL)
		set->last = NULL;
	f->queued = false;
	return f;
}

struct followed *
followed_next(struct followed_set *set)
{
	/* One that is held is queued again when its time comes. */
	while (set->first != NULL) {
		struct followed *f = take_first(set);
		if (!f->held && !f->waiting)
			return f;
	}
	return NULL;
}

bool
followed_has_next(const struct followed_set *set)
{
	return set->first != NULL;
}

void
followed_go_on(struct followed_set *set, struct followed *f)
{
	f->waiting = false;
	followed_queue(set, f);
}

void
followed_drained(struct followed_set *set, struct followed *f)
{
	f->caught_up = true;
	if (f->successor == NULL)
		return;
	f->successor->held = false;
	followed_queue(set, f->successor);
	f->successor = NULL;
}

static void
unqueue(struct followed_set *set, struct followed *f)
{
	struct followed *before = NULL;
	if (!f->queued)
		return;
	for (struct followed *i = set->first; i != f; i = i->next) {
		assert(i != NULL); /* what is queued is in the queue */
		before = i;
	}
	if (before != NULL)
		before->next = f->next;
	else
		set->first = f->next;
	if (set->last == f)
		set->last = before;
}

void
followed_remove(struct followed_set *set, struct followed *f)
{
	struct followed *i, *next;
	followed_drained(set, f);
	unqueue(set, f);
	if (f->held)
		FOLLOWED_EACH(set, i, next)
			if (i->successor == f)
				i->successor = NULL;
	struct followed *youngest;
	HASH_FIND(by_base, set->youngest, f->base, strlen(f->base), youngest);
	if (youngest == f)
		HASH_DELETE(by_base, set->youngest, f);
	take_name(set, f);
	HASH_DELETE(hh, set->files, f);
	free(f->base);
	free(f);
}
