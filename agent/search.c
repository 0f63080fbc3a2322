#include "agent/search.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/content.h"
#include "agent/rotation.h"
#include "core/clock.h"
#include "core/xalloc.h"

/* s since the last write to a file that may get more. */
#define RECENT 3

/* What is done with the file that is looked at. */
enum step {
	STEP_OPEN,
	STEP_COMPARE, /* with the place that was reached */
	STEP_MEASURE, /* it is too short, or another */
	STEP_COMPARE_MARK, /* with one that it is long enough for */
};

struct search {
	char *path;
	char *base;
	struct identity identity;
	struct position at;
	struct marks marks;
	bool was_copied;
	search_is_known *is_known;
	void *owner;
	struct rotated *files;
	size_t count, next;
	enum step step;
	int fd; /* of files[next] */
	struct identity of_fd;
	struct content content;
	const struct position *mark;
	struct search_found shorter; /* no path: there is none */
	bool early;
};

/* Somebody may be writing it. */
static bool
is_recent(const struct stat *st)
{
	return clock_realtime() / NS_PER_SECOND - st->st_mtim.tv_sec < RECENT;
}

static bool
is_candidate(struct search *s, const struct rotated *file)
{
	const struct stat *st = &file->st;
	bool is_itself =
	    st->st_dev == s->identity.device && st->st_ino == s->identity.inode;
	if (!S_ISREG(st->st_mode) || is_itself ||
	    strcmp(file->base, s->base) != 0)
		return false;
	/* The log of today, and who has the name now, are no rotated files. */
	if (strcmp(file->path, s->base) == 0 ||
	    strcmp(file->path, s->path) == 0)
		return false;
	if (st->st_size == 0 && is_recent(st))
		s->early = true; /* about to be filled, perhaps */
	/* Few bytes are alike in many: then it was written to after the file
	 * was born, or is older.  (A copy may have its original's time.) */
	int64_t written =
	    st->st_mtim.tv_sec * NS_PER_SECOND + st->st_mtim.tv_nsec;
	bool tells = s->at.offset >= POSITION_CHECKED;
	return st->st_size > 0 && (tells || written >= s->identity.birth);
}

static void
list(struct search *s, const char *directory)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	struct stat st;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char *path = xasprintf("%s%s", directory, entry->d_name);
		if (lstat(path, &st) == 0) {
			struct rotated file = rotated_new(path, &st);
			s->files = xrealloc(
			    s->files, (s->count + 1) * sizeof(*s->files));
			if (is_candidate(s, &file))
				s->files[s->count++] = file;
			else
				rotated_clear(&file);
		}
		free(path);
	}
	if (dir != NULL)
		closedir(dir);
	if (s->count > 1)
		qsort(s->files, s->count, sizeof(*s->files), rotated_compare);
}

static void
reverse(struct search *s)
{
	for (size_t i = 0; i < s->count / 2; i++) {
		struct rotated other = s->files[s->count - 1 - i];
		s->files[s->count - 1 - i] = s->files[i];
		s->files[i] = other;
	}
}

struct search *
search_new(
    const struct search_wanted *wanted, search_is_known *known, void *owner)
{
	struct search *s = xcalloc(1, sizeof(*s));
	const char *slash = strrchr(wanted->path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - wanted->path) : 0;
	char *directory = len > 0 ? str_copy((struct str){ wanted->path, len })
				  : xstrdup("./");
	*s = (struct search){ .path = xstrdup(wanted->path),
		.base = rotation_base(wanted->path),
		.identity = *wanted->identity,
		.at = *wanted->at,
		.was_copied = wanted->was_copied,
		.is_known = known,
		.owner = owner,
		.fd = -1 };
	if (wanted->marks != NULL)
		s->marks = *wanted->marks;
	list(s, directory);
	if (s->was_copied)
		reverse(s);
	free(directory);
	return s;
}

static void
close_file(struct search *s)
{
	if (s->fd == -1)
		return;
	content_clear(&s->content);
	close(s->fd);
	s->fd = -1;
}

void
search_free(struct search *s)
{
	if (s == NULL)
		return;
	close_file(s);
	for (size_t i = 0; i < s->count; i++)
		rotated_clear(&s->files[i]);
	free(s->files);
	free(s->path);
	free(s->base);
	free(s);
}

static void
go_to_next(struct search *s)
{
	struct stat st;
	/* A compressed file that ends in the middle is being written. */
	if (s->fd != -1 && s->content.unzip != NULL &&
	    !unzip_is_complete(s->content.unzip) && fstat(s->fd, &st) == 0)
		s->early |= is_recent(&st);
	close_file(s);
	s->step = STEP_OPEN;
	s->next++;
}

static bool
open_next(struct search *s)
{
	const int flags =
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
	struct stat st;
	s->fd = open(s->files[s->next].path, flags);
	if (s->fd == -1)
		return false;
	content_init(&s->content, s->fd);
	if (fstat(s->fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    identity_read(s->fd, &s->of_fd) == -1)
		return false;
	return !identity_is_same(&s->of_fd, &s->identity) &&
	    !s->is_known(s->owner, &s->of_fd);
}

/* A copy that ends before `at` may be one of what was read. */
static enum search_state
measure(struct search *s)
{
	struct position end;
	int result = content_end(&s->content, &end);
	if (result == -1)
		return SEARCH_MORE;
	s->mark = NULL;
	if (result == 1 && end.offset < s->at.offset)
		s->mark = marks_before(&s->marks, end.offset);
	s->step = STEP_COMPARE_MARK;
	if (s->mark == NULL || s->mark->offset == 0)
		go_to_next(s);
	return SEARCH_MORE;
}

static enum search_state
compare(struct search *s)
{
	int result = content_matches(&s->content, &s->at);
	if (result == 1)
		return SEARCH_FOUND;
	if (result == 0)
		s->step = STEP_MEASURE;
	return SEARCH_MORE;
}

static void
compare_mark(struct search *s)
{
	int result = content_matches(&s->content, s->mark);
	if (result == 1) {
		s->shorter = (struct search_found){ -1, s->of_fd,
			s->files[s->next].path };
	}
	if (result != -1)
		go_to_next(s);
}

enum search_state
search_turn(struct search *s)
{
	/* By no bytes at all any file would be it. */
	if (s->next == s->count || s->at.offset == 0)
		return SEARCH_NONE;
	switch (s->step) {
	case STEP_OPEN:
		s->step = STEP_COMPARE;
		if (!open_next(s))
			go_to_next(s);
		return SEARCH_MORE;
	case STEP_COMPARE:
		return compare(s);
	case STEP_MEASURE:
		return measure(s);
	case STEP_COMPARE_MARK:
		compare_mark(s);
		return SEARCH_MORE;
	}
	return SEARCH_NONE;
}

struct search_found
search_found(struct search *s)
{
	struct search_found found = { s->fd, s->of_fd, s->files[s->next].path };
	content_clear(&s->content);
	s->fd = -1;
	return found;
}

bool
search_shorter_copy(const struct search *s, struct search_found *copy)
{
	*copy = s->shorter;
	return s->shorter.path != NULL;
}

bool
search_is_early(const struct search *s)
{
	return s->early;
}
