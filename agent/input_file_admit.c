#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/candidate.h"
#include "agent/input_file_private.h"
#include "agent/parked.h"
#include "agent/patterns.h"
#include "agent/renamed.h"
#include "core/clock.h"
#include "core/log.h"

static void
refuse(struct input *in, const char *path, const char *what)
{
	if (complaints_add(&in->complaints, path, what))
		log_warnx("input %s: %s: %s, not followed",
		    in->context.options->name, path, what);
}

/* People write `*` for all files there are. */
static void
refuse_directory(struct input *in, const char *path)
{
	if (strcmp(basename(in->pattern), "**") != 0 &&
	    complaints_add(&in->complaints, path, "a directory"))
		log_info("input %s: %s: a directory, not followed",
		    in->context.options->name, path);
}

/* Of a directory of ours not each file is named. */
static void
refuse_own(struct input *in, const char *path, const char *what)
{
	const char *directory = own_files_directory(in->own);
	if (directory != NULL)
		refuse(in, directory, "ours");
	else
		refuse(in, path, what);
}

static bool
is_short_of_descriptors(int error)
{
	return error == EMFILE || error == ENFILE;
}

/* Does a name still lead to it?  Only then it is found again. */
static bool
is_where_it_was(const struct followed *f)
{
	struct stat st;
	return f->path != NULL && stat(f->path, &st) == 0 &&
	    st.st_dev == f->key.device && st.st_ino == f->key.inode;
}

/*
 * A rotated file is kept for who may still write to it.  When others cannot be
 * read for that, it takes turns as well, until it is about to be let go.
 */
static bool
is_beside(const struct followed *f)
{
	int64_t wait = f->tail.input->rotate_wait;
	char *path = NULL;
	if (f->path != NULL || !f->caught_up ||
	    clock_monotonic() - f->tail.grew > wait / 2)
		return false;
	bool is = renamed_find(f->tail.source->path, &f->tail.source->identity,
		      &path) == 1;
	free(path);
	return is;
}

static bool
on_yield(struct descriptor *d, bool press)
{
	struct followed *f =
	    (void *)((char *)d - offsetof(struct followed, descriptor));
	bool busy = !f->held && (f->queued || tail_has_more(&f->tail));
	/* What was inflated so far would be inflated again. */
	if (f->tail.content.unzip != NULL || f->unfinished ||
	    (busy && !(press && f->was_read)) ||
	    (!is_where_it_was(f) && !(press && is_beside(f))))
		return false;
	parked_close(&f->tail);
	return true;
}

static void
open_failed(struct input *in, const char *path, int error)
{
	if (error == ENOENT) {
		in->raced = true;
		return;
	}
	if (is_short_of_descriptors(error)) {
		descriptors_lower(in->context.descriptors);
		in->starved = in->refused = true;
		return;
	}
	in->failures++;
	in->context.failed(in->context.owner);
	if (complaints_add(&in->complaints, path, strerror(error))) {
		errno = error;
		log_warn("input %s: open %s", in->context.options->name, path);
	}
}

/* What was judged by `st` may be another file by now; and two rows of the
 * checkpoint may speak of one file, after a kill. */
static bool
is_new(struct input *in, const struct identity *found, const struct stat *st)
{
	if (st != NULL &&
	    (st->st_dev != found->device || st->st_ino != found->inode))
		return false;
	return followed_find(&in->files, found->device, found->inode) == NULL;
}

void
input_file_take_up(struct input *in, struct followed *f)
{
	f->descriptor.yield = on_yield;
	descriptors_take(in->context.descriptors, &f->descriptor, false);
	f->tail = (struct tail){ .input = in->context.options,
		.checkpoint = in->context.checkpoint,
		.router = in->context.router };
}

void
input_file_share(struct input *in, struct followed *f)
{
	/* One that waits for another, and is not asked to give way because no
	 * name leads to it, would keep that other from being opened. */
	bool is_idle =
	    f->held && in->context.descriptors->short_of && !is_where_it_was(f);
	if (!f->descriptor.taken || is_idle)
		input_file_park(in, f);
}

/* With `fd`, which it takes over. */
static void
begin(struct input *in, int fd, const char *name, const struct stat *st,
    bool at_end)
{
	struct identity identity;
	if (identity_read(fd, &identity) == -1 || !is_new(in, &identity, st)) {
		in->raced = true;
		close(fd);
		return;
	}
	struct followed *f = followed_add(&in->files, &identity, name);
	unopened_opened(&in->unopened, name);
	input_file_take_up(in, f);
	f->suspect = own_files_suspect(in->own, name);
	/* It may have waited since the first sweep. */
	bool was_there =
	    !in->swept || (identity.birth != 0 && identity.birth < in->began);
	at_end |=
	    in->fresh && was_there && in->context.options->start == START_END;
	tail_open(&f->tail, fd, &identity, name, at_end);
	input_file_share(in, f);
	input_file_find_former(in, f);
	input_file_find_siblings(in, f);
	input_file_ready(in, f);
}

static void
admit(struct input *in, const char *path, const char *name,
    const struct stat *st, bool at_end)
{
	int fd = candidate_open(path);
	if (fd == -1) {
		open_failed(in, path, errno);
		return;
	}
	complaints_end(&in->complaints, path);
	begin(in, fd, name, st, at_end);
}

void
input_file_follow(struct input *in, const char *path, const char *name,
    const struct stat *st, bool at_end)
{
	int64_t began = clock_monotonic();
	admit(in, path, name, st, at_end);
	in->admitting += clock_monotonic() - began;
}

/* One that is not followed. */
static void
consider(struct input *in, const char *path, const struct stat *st)
{
	const char *what = candidate_unfit(path, st);
	if (S_ISDIR(st->st_mode)) {
		refuse_directory(in, path);
		return;
	}
	if (what != NULL) {
		refuse(in, path, what);
		return;
	}
	switch (own_files_judge(in->own, path, st, &what)) {
	case OWN_YES:
		refuse_own(in, path, what);
		break;
	case OWN_NO:
		input_file_arrive(in, path, st);
		break;
	case OWN_PERHAPS: /* there is nothing in it to miss */
		break;
	}
}

/* Written by us since it is followed, so that it fed us. */
static bool
is_own_after_all(struct input *in, struct followed *f, const char *path,
    const struct stat *st)
{
	const char *what = NULL;
	if (!f->suspect || own_files_judge(in->own, path, st, &what) != OWN_YES)
		return false;
	refuse_own(in, path, what);
	input_file_let_go(in, f);
	return true;
}

static void
on_file(void *owner, const char *path, const struct stat *st)
{
	struct input *in = owner;
	if (patterns_exclude(in->context.options, path))
		return;
	struct followed *f = followed_find(&in->files, st->st_dev, st->st_ino);
	if (f == NULL || !S_ISREG(st->st_mode)) {
		consider(in, path, st);
		return;
	}
	/* A hard link is the same file once more: its first name stays. */
	if (followed_seen(&in->files, f, path))
		tail_rename(&f->tail, path);
	if (tail_is_behind(&f->tail, st) && !is_own_after_all(in, f, path, st))
		input_file_ready(in, f);
}

static void
on_directory(void *owner, const char *path)
{
	struct input *in = owner;
	watch_directory(in->watch, path);
}

static void
on_failed(void *owner, const char *path, int error)
{
	struct input *in = owner;
	if (patterns_exclude(in->context.options, path))
		return;
	if (error == ENOENT)
		refuse(in, path, "a link that leads nowhere");
	else if (error == ELOOP)
		refuse(in, path, "a link that leads back to itself");
	else
		open_failed(in, path, error);
}

const struct glob_visitor input_file_visitor = { on_directory, on_file,
	on_failed };
