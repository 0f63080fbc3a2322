/*
 * What rotations make of the files of an input: which of those found in a
 * sweep are new, which were copied or compressed from others, and which go on
 * with a source whose file is no longer what it was.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/input_file_private.h"
#include "agent/patterns.h"
#include "agent/renamed.h"
#include "core/log.h"
#include "core/xalloc.h"

void
input_file_arrive(struct input *in, const char *path, const struct stat *st)
{
	in->arrivals = xrealloc(
	    in->arrivals, (in->arrival_count + 1) * sizeof(*in->arrivals));
	in->arrivals[in->arrival_count++] = rotated_new(path, st);
}

static bool
is_known(void *owner, const struct identity *identity)
{
	struct input *in = owner;
	return checkpoint_has(
		   in->context.checkpoint, in->context.options, identity) ||
	    followed_find(&in->files, identity->device, identity->inode) !=
	    NULL;
}

/* Has the checkpoint what has that name now?  An inode alone is given again. */
static bool
is_recorded(const struct input *in, const char *path)
{
	struct identity identity;
	return identity_look(path, &identity) == 0 &&
	    checkpoint_has(
		in->context.checkpoint, in->context.options, &identity);
}

/* A file that the checkpoint does not know: new, or somebody's copy. */
static void
take_unknown(struct input *in, const struct rotated *file)
{
	switch (copies_judge(
	    &in->copies, &in->files, file, in->context.options->rotate_wait)) {
	case COPIES_NONE:
		input_file_follow(in, file->path, file->path, &file->st, false);
		break;
	case COPIES_READ_UP:
		input_file_follow(in, file->path, file->path, &file->st, true);
		break;
	case COPIES_WAIT:
		in->pending++;
		break;
	case COPIES_EMPTY:
		break;
	}
}

static void
take_arrival(struct input *in, const struct rotated *file, bool known)
{
	if (followed_find(&in->files, file->st.st_dev, file->st.st_ino))
		return;
	if (orphans_await(&in->orphans, file->base))
		in->pending++;
	else if (known)
		input_file_follow(in, file->path, file->path, &file->st, false);
	else
		take_unknown(in, file);
}

void
input_file_take_arrivals(struct input *in)
{
	in->pending = 0;
	if (in->arrival_count > 1)
		qsort(in->arrivals, in->arrival_count, sizeof(*in->arrivals),
		    rotated_compare);
	/* What is a copy shows by those that are known. */
	for (size_t i = 0; i < in->arrival_count; i++) {
		struct rotated *file = &in->arrivals[i];
		file->known = is_recorded(in, file->path);
		if (file->known)
			take_arrival(in, file, true);
	}
	for (size_t i = 0; i < in->arrival_count; i++) {
		if (!in->arrivals[i].known)
			take_arrival(in, &in->arrivals[i], false);
		rotated_clear(&in->arrivals[i]);
	}
	free(in->arrivals);
	in->arrivals = NULL;
	in->arrival_count = 0;
	copies_end_sweep(&in->copies, in->files.sweep);
}

/* Its file has the name still under which it was read. */
static bool
is_in_place(const struct source *s)
{
	struct identity identity;
	return identity_look(s->path, &identity) == 0 &&
	    identity_is_same(&identity, &s->identity);
}

static void
find_lost(struct input *in, struct source *s, struct listings *listings)
{
	bool is_ours = strcmp(s->input, in->context.options->name) == 0;
	char *path;
	int found = renamed_find_among(listings, s->path, &s->identity, &path);
	if (found == 0 && is_ours && !in->swept)
		orphans_add(
		    &in->orphans, &(struct former){ .source = s }, NULL);
	else if (found == 1 && strcmp(path, s->path) != 0)
		/* It comes first, under the name it had, so that who has that
		 * now waits. */
		input_file_follow(in, path,
		    patterns_match(in->context.options, path) ? path : s->path,
		    NULL, false);
	free(path);
}

void
input_file_find_lost(struct input *in)
{
	struct source *next;
	struct listings *listings = listings_new();
	for (struct source *s = checkpoint_first(in->context.checkpoint);
	     s != NULL; s = next) {
		next = s->next;
		if (!s->attached && !s->gone &&
		    patterns_match(in->context.options, s->path) &&
		    !is_in_place(s))
			find_lost(in, s, listings);
	}
	listings_free(listings);
}

void
input_file_find_former(struct input *in, struct followed *f)
{
	if (f->tail.former.source == NULL)
		return;
	f->waiting = true;
	orphans_add(&in->orphans, &f->tail.former, f);
	f->tail.former = (struct former){ 0 };
	in->context.wake(in->context.owner);
}

static bool
is_not_looked_for(void *owner, const struct source *s)
{
	const struct input *in = owner;
	return !orphans_have(&in->orphans, s);
}

void
input_file_find_siblings(struct input *in, struct followed *f)
{
	const struct identity identity = f->tail.source->identity;
	struct source *s;
	while ((s = checkpoint_find_fitting(in->context.checkpoint,
		    in->context.options, &identity, is_not_looked_for, in)) !=
	    NULL) {
		f->waiting = true;
		orphans_add(&in->orphans, &(struct former){ .source = s }, f);
		in->context.wake(in->context.owner);
	}
}

static bool
is_that(void *owner, const struct source *s)
{
	return s == owner;
}

static void
go_on(struct input *in, struct orphan *o)
{
	if (o->heir != NULL && !orphans_inherit(&in->orphans, o->heir))
		followed_go_on(&in->files, o->heir);
	/* Others of the family may be followed now. */
	input_file_sweep_soon(in);
	in->context.wake(in->context.owner);
}

/* The rest of what was read is in another file. */
static void
on_found(void *owner, struct orphan *o, const struct search_found *file)
{
	struct input *in = owner;
	const struct input_options *options = in->context.options;
	struct source *s = checkpoint_find_fitting(in->context.checkpoint,
	    options, &o->former.source->identity, is_that, o->former.source);
	if (s == NULL) { /* another input's by now */
		close(file->fd);
		go_on(in, o);
		return;
	}
	char *name =
	    xstrdup(patterns_match(options, file->path) ? file->path : s->path);
	log_info(
	    "input %s: %s: goes on in %s", options->name, s->path, file->path);
	struct followed *f = o->heir != NULL
	    ? followed_add_before(&in->files, &file->identity, o->heir)
	    : followed_add(&in->files, &file->identity, name);
	f->rotated = true;
	input_file_take_up(in, f);
	tail_resume(&f->tail, file->fd, &file->identity, name, s);
	input_file_share(in, f);
	input_file_ready(in, f);
	go_on(in, o);
	free(name);
}

/* All that is in it was read: so that it is known, also after a restart. */
static void
follow_copy(struct input *in, const struct search_found *copy)
{
	const struct stat st = { .st_dev = copy->identity.device,
		.st_ino = copy->identity.inode };
	if (!patterns_match(in->context.options, copy->path))
		return;
	input_file_follow(in, copy->path, copy->path, &st, true);
}

static void
on_lost(void *owner, struct orphan *o, const struct search_found *shorter)
{
	struct input *in = owner;
	struct source *s = o->former.source;
	if (shorter != NULL)
		follow_copy(in, shorter);
	if (o->heir != NULL) {
		o->heir->tail.former = o->former;
		tail_forget_former(&o->heir->tail);
	} else
		log_info("input %s: %s: gone, and no file beside it goes on "
			 "with it",
		    in->context.options->name, s->path);
	go_on(in, o);
}

const struct orphan_events input_file_orphan_events = { is_known, on_found,
	on_lost };

/* Deleted, and not read to its end. */
static bool
is_burden(const struct input *in, const struct followed *f, struct stat *st)
{
	return followed_is_unnamed(&in->files, f) &&
	    fstat(f->tail.fd, st) == 0 && st->st_nlink == 0 &&
	    tail_has_more(&f->tail);
}

static void
give_up(struct input *in, struct followed *f)
{
	uint64_t unread = tail_backlog(&f->tail);
	router_incidents(in->context.router)->lost_bytes += unread;
	log_warnx("input %s: %s: deleted, and deleted_max is reached: given "
		  "up with %" PRIu64 " bytes unread",
	    in->context.options->name, f->tail.source->path, unread);
	input_file_let_go(in, f);
}

void
input_file_bound_deleted(struct input *in)
{
	struct followed *f, *next, *oldest = NULL;
	struct stat st;
	int64_t taken = 0;
	FOLLOWED_EACH(&in->files, f, next)
		if (is_burden(in, f, &st)) {
			taken += st.st_blocks * 512;
			if (oldest == NULL || f->tail.grew < oldest->tail.grew)
				oldest = f;
		}
	if (oldest != NULL && taken > in->context.options->deleted_max)
		give_up(in, oldest); /* the next one with the next sweep */
}
