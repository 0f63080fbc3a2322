#include "agent/copies.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/copy_plain.h"
#include "agent/parked.h"
#include "core/clock.h"
#include "core/xalloc.h"

/* What a compressed file could be a copy of, and how far that was read. */
struct suspect {
	char source[RANDOM_ID_LEN + 1];
	struct position at;
};

struct inspection {
	struct followed_key key;
	char *base;
	char *path;
	int fd; /* -1: it is not its turn, or was */
	struct content content;
	bool complete; /* it did not end within a member of gzip */
	struct suspect *suspects; /* by rising offsets */
	size_t count, next;
	const struct suspect *match;
	uint64_t length; /* of what is in it; known when done */
	off_t size; /* of the file, when that began */
	bool done;
	bool again; /* it was not whole: look at it anew */
	uint64_t sweep; /* that asked for it last */
	struct inspection *after;
};

static off_t
size_of(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 ? st.st_size : -1;
}

static int
by_offset(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;
	return x->at.offset < y->at.offset ? -1 : x->at.offset > y->at.offset;
}

static void
close_inspected(struct inspection *i)
{
	if (i->fd == -1)
		return;
	content_clear(&i->content);
	close(i->fd);
	i->fd = -1;
}

static void
inspection_free(struct inspection *i)
{
	close_inspected(i);
	free(i->suspects);
	free(i->base);
	free(i->path);
	free(i);
}

/* NULL: nothing is followed that it could be a copy of. */
static struct inspection *
begin(struct copies *c, struct followed_set *set, const struct rotated *file)
{
	struct followed *f, *next;
	struct inspection *i = xcalloc(1, sizeof(*i));
	i->suspects = xcalloc(HASH_COUNT(set->files) + 1, sizeof(*i->suspects));
	FOLLOWED_EACH(set, f, next)
		if (f->tail.at.offset > 0 && strcmp(f->base, file->base) == 0) {
			struct suspect *s = &i->suspects[i->count++];
			memcpy(
			    s->source, f->tail.source->id, sizeof(s->source));
			s->at = f->tail.at;
		}
	qsort(i->suspects, i->count, sizeof(*i->suspects), by_offset);
	i->fd = -1;
	if (i->count == 0) {
		free(i->suspects);
		free(i);
		return NULL;
	}
	i->key = (struct followed_key){ file->st.st_dev, file->st.st_ino };
	i->path = xstrdup(file->path);
	i->base = xstrdup(file->base);
	i->after = c->first;
	c->first = i;
	return i;
}

static struct inspection *
find(const struct copies *c, const struct rotated *file)
{
	struct inspection *i = c->first;
	while (i != NULL &&
	    (i->key.device != file->st.st_dev ||
		i->key.inode != file->st.st_ino))
		i = i->after;
	return i;
}

static struct followed *
original(struct followed_set *set, const struct inspection *i)
{
	struct followed *f, *next;
	FOLLOWED_EACH(set, f, next)
		if (strcmp(f->tail.source->id, i->match->source) == 0)
			return f;
	return NULL;
}

static bool
is_whole(const struct inspection *i, const struct rotated *file)
{
	/* What grew meanwhile was too short to match, perhaps. */
	return i->size == file->st.st_size && i->complete;
}

static enum copies_verdict
conclude(struct followed_set *set, const struct inspection *i,
    const struct rotated *file, int64_t patience)
{
	if (!is_whole(i, file))
		return rotated_is_quiet(&file->st, patience) ? COPIES_NONE
							     : COPIES_WAIT;
	if (i->match == NULL)
		return COPIES_NONE;
	struct followed *f = original(set, i);
	/* What is not safe yet must be found here after a restart. */
	if (f == NULL || i->length <= f->tail.source->saved)
		return COPIES_READ_UP;
	if (i->length <= f->tail.at.offset + f->tail.scanned)
		return COPIES_WAIT;
	bool idle = clock_monotonic() - f->tail.grew > patience;
	return idle && !tail_has_more(&f->tail) ? COPIES_NONE : COPIES_WAIT;
}

static void
forget(struct copies *c, struct inspection *i)
{
	struct inspection **link = &c->first;
	while (*link != i)
		link = &(*link)->after;
	*link = i->after;
	inspection_free(i);
}

/*
 * Of its family something was not read at all yet, so that it could not be
 * known by it; or was written anew, and who has the rest will be looked for.
 */
static bool
is_early(struct followed_set *set, const struct rotated *file)
{
	struct followed *f, *next;
	FOLLOWED_EACH(set, f, next) {
		const struct tail *t = &f->tail;
		bool unread = parked_is(t)
		    ? f->queued
		    : t->at.offset == 0 && !t->to_end && tail_has_more(t);
		if (strcmp(f->base, file->base) == 0 &&
		    (unread || tail_is_written_anew(&f->tail))) {
			followed_queue(set, f);
			return true;
		}
	}
	return false;
}

static enum copies_verdict
judge_compressed(struct copies *c, struct followed_set *set,
    const struct rotated *file, int64_t patience)
{
	struct inspection *i = find(c, file);
	if (is_early(set, file))
		return COPIES_WAIT;
	if (i != NULL && i->again) {
		forget(c, i);
		i = NULL;
	}
	if (i == NULL)
		i = begin(c, set, file);
	if (i == NULL)
		return COPIES_NONE;
	i->sweep = set->sweep;
	if (!i->done)
		return COPIES_WAIT;
	enum copies_verdict verdict = conclude(set, i, file, patience);
	if (verdict != COPIES_WAIT)
		forget(c, i);
	else
		i->again = !is_whole(i, file);
	return verdict;
}

/* It is followed as what a compressor made of it, who is to delete it yet. */
static bool
was_compressed(struct followed_set *set, const struct rotated *file)
{
	char *path = xasprintf("%s.gz", file->path);
	bool was = followed_find_path(set, path) != NULL;
	free(path);
	return was;
}

enum copies_verdict
copies_judge(struct copies *c, struct followed_set *set,
    const struct rotated *file, int64_t patience)
{
	if (rotation_is_compressed(file->path) || was_compressed(set, file))
		return judge_compressed(c, set, file, patience);
	return copy_plain_judge(set, file, patience);
}

static void
finish(struct inspection *i)
{
	i->complete = i->fd != -1 &&
	    (i->content.unzip == NULL || unzip_is_complete(i->content.unzip));
	i->done = true;
	close_inspected(i);
}

/* One piece of a file: compare it with who it could be, then measure it.  One
 * file is open at a time. */
static void
inspect(struct inspection *i)
{
	struct position end;
	if (i->fd == -1) {
		i->fd = rotated_open(&(struct rotated){ .path = i->path,
		    .st = {
			.st_dev = i->key.device, .st_ino = i->key.inode } });
		i->size = i->fd != -1 ? size_of(i->fd) : -1;
		if (i->fd == -1)
			finish(i);
		else
			content_init(&i->content, i->fd);
		return;
	}
	if (i->next < i->count) {
		const struct suspect *s = &i->suspects[i->next];
		int result = content_matches(&i->content, &s->at);
		if (result == 1)
			i->match = s;
		i->next += result != -1;
		return;
	}
	int result = content_end(&i->content, &end);
	i->length = end.offset;
	if (result != -1)
		finish(i);
}

bool
copies_turn(struct copies *c)
{
	struct inspection *i = c->first;
	while (i != NULL && i->done)
		i = i->after;
	if (i == NULL)
		return false;
	inspect(i);
	return true;
}

void
copies_end_sweep(struct copies *c, uint64_t sweep)
{
	struct inspection *i, *after;
	for (i = c->first; i != NULL; i = after) {
		after = i->after;
		if (i->sweep != sweep)
			forget(c, i);
	}
}

void
copies_clear(struct copies *c)
{
	while (c->first != NULL)
		forget(c, c->first);
}
