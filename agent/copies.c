#include "agent/copies.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	int fd;
	struct content content;
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

static bool
is_quiet(const struct stat *st, int64_t patience)
{
	int64_t written =
	    st->st_mtim.tv_sec * NS_PER_SECOND + st->st_mtim.tv_nsec;
	return clock_realtime() - written > patience;
}

/* -1: it is not there, or another has its name already. */
static int
open_file(const struct rotated *file)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd = open(file->path, flags);
	if (fd != -1 &&
	    (fstat(fd, &st) == -1 || st.st_ino != file->st.st_ino ||
		st.st_dev != file->st.st_dev)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Do both have the same bytes before the end of the shorter `a`? */
static bool
is_beginning_of(struct content *a, uint64_t length, struct content *b)
{
	struct position end;
	return content_at(a, length, &end) == 1 &&
	    content_matches(b, &end) == 1;
}

/* Its tail has not seen that yet. */
static bool
is_written_anew(struct followed *f)
{
	struct stat st;
	struct tail *t = &f->tail;
	if (t->content.unzip != NULL || t->to_end || fstat(t->fd, &st) == -1)
		return false;
	return (uint64_t)st.st_size < t->at.offset + t->scanned ||
	    content_matches(&t->content, &t->at) == 0;
}

/* The same of one that is, who is to see that now. */
static bool
is_to_begin_anew(struct followed_set *set, struct followed *f)
{
	if (!is_written_anew(f))
		return false;
	followed_queue(set, f);
	return true;
}

static enum copies_verdict
compare(struct followed_set *set, struct followed *f, int fd, int64_t patience)
{
	struct stat st, of_original;
	struct content content;
	if (fstat(fd, &st) == -1 || fstat(f->tail.fd, &of_original) == -1)
		return COPIES_NONE;
	if (st.st_size == 0)
		return COPIES_EMPTY;
	if (is_to_begin_anew(set, f))
		return COPIES_WAIT;
	if (st.st_size > of_original.st_size || is_quiet(&st, patience))
		return COPIES_NONE;
	content_init(&content, fd);
	bool same = content.unzip == NULL &&
	    is_beginning_of(&content, (uint64_t)st.st_size, &f->tail.content);
	content_clear(&content);
	/* If not: it may have been truncated while we read. */
	return same || is_to_begin_anew(set, f) ? COPIES_WAIT : COPIES_NONE;
}

/* A copy that its original may be truncated after. */
static enum copies_verdict
judge_plain(
    struct followed_set *set, const struct rotated *file, int64_t patience)
{
	struct followed *f = followed_find_path(set, file->base);
	if (f == NULL || strcmp(file->path, file->base) == 0 ||
	    f->tail.content.unzip != NULL)
		return COPIES_NONE;
	int fd = open_file(file);
	if (fd == -1)
		return COPIES_NONE;
	/* Its descriptor may be another's for now (agent/parked.h). */
	bool parked = parked_is(&f->tail);
	int opened = parked ? parked_open(&f->tail) : 1;
	enum copies_verdict verdict = opened == -1 ? COPIES_WAIT
	    : opened == 0			   ? COPIES_NONE
			  : compare(set, f, fd, patience);
	if (parked && opened == 1)
		parked_close(&f->tail);
	close(fd);
	return verdict;
}

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
inspection_free(struct inspection *i)
{
	content_clear(&i->content);
	close(i->fd);
	free(i->suspects);
	free(i->base);
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
	i->fd = i->count > 0 ? open_file(file) : -1;
	if (i->fd == -1) {
		free(i->suspects);
		free(i);
		return NULL;
	}
	i->key = (struct followed_key){ file->st.st_dev, file->st.st_ino };
	i->size = size_of(i->fd);
	i->base = xstrdup(file->base);
	content_init(&i->content, i->fd);
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
is_whole(const struct inspection *i)
{
	/* What grew meanwhile was too short to match, perhaps. */
	return i->size == size_of(i->fd) &&
	    (i->content.unzip == NULL || unzip_is_complete(i->content.unzip));
}

static enum copies_verdict
conclude(struct followed_set *set, const struct inspection *i,
    const struct rotated *file, int64_t patience)
{
	if (!is_whole(i))
		return is_quiet(&file->st, patience) ? COPIES_NONE
						     : COPIES_WAIT;
	if (i->match == NULL)
		return COPIES_NONE;
	struct followed *f = original(set, i);
	if (f == NULL || i->length <= f->tail.at.offset + f->tail.scanned)
		return COPIES_READ_UP;
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
		    (unread || is_written_anew(f))) {
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
		i->again = !is_whole(i);
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
	return judge_plain(set, file, patience);
}

/* One piece of a file: compare it with who it could be, then measure it. */
static void
inspect(struct inspection *i)
{
	struct position end;
	if (i->next < i->count) {
		const struct suspect *s = &i->suspects[i->next];
		int result = content_matches(&i->content, &s->at);
		if (result == 1)
			i->match = s;
		i->next += result != -1;
		return;
	}
	int result = content_end(&i->content, &end);
	i->done = result != -1;
	i->length = end.offset;
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
