/*
 * type = file: the files that match the globs, now and later.
 *
 * A sweep once a second is the truth; inotify only makes it quicker.  A file
 * is followed by what it is (device and inode), not by its name: renamed
 * away or deleted it is read to its end first, and for as long after as
 * somebody may still write to it.
 */
#include "agent/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/followed.h"
#include "agent/glob.h"
#include "agent/patterns.h"
#include "agent/renamed.h"
#include "agent/watch.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define SWEEP_EVERY 1000 /* ms */
#define SWEEP_SOON 20 /* ms after a hint, so that one sweep serves many */

/* How long after its last line a file is held that has no name any more:
 * writers (nginx, say) keep it open for some seconds. */
#define ROTATE_WAIT (8 * NS_PER_SECOND)

struct input {
	struct input_context context;
	struct watch *watch;
	uv_timer_t sweep;
	struct followed_set files;
	struct buffer scratch;
	uint64_t sweep_cost; /* ms that the last one took */
	bool swept; /* at least once */
	bool fresh; /* its first sweep ever: no file of its is known */
};

/*
 * Regular files only, without ever waiting: a FIFO may have taken the
 * place of a file since it was looked at.
 */
static int
open_file(struct input *in, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd = open(path, flags);
	if (fd == -1 && errno != ENOENT) {
		in->context.failed(in->context.owner);
		if (followed_complain(&in->files, path, errno))
			log_warn("input %s: open %s", in->context.options->name,
			    path);
	}
	if (fd == -1)
		return -1;
	followed_complain(&in->files, path, 0);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
ready(struct input *in, struct followed *f)
{
	followed_queue(&in->files, f);
	in->context.wake(in->context.owner);
}

/* Follow what `path` leads to now, under the name `name`. */
static void
follow(struct input *in, const char *path, const char *name)
{
	struct identity identity;
	int fd = open_file(in, path);
	if (fd == -1)
		return;
	if (identity_read(fd, &identity) == -1) {
		log_warn("input %s: stat %s", in->context.options->name, path);
		close(fd);
		return;
	}
	/* Two rows of the checkpoint may speak of one file, after a kill. */
	if (followed_find(&in->files, identity.device, identity.inode)) {
		close(fd);
		return;
	}
	struct followed *f = followed_add(&in->files, &identity, name);
	f->tail = (struct tail){ .input = in->context.options,
		.checkpoint = in->context.checkpoint,
		.router = in->context.router };
	bool at_end = in->fresh && in->context.options->start == START_END;
	tail_open(&f->tail, fd, &identity, name, at_end);
	ready(in, f);
}

static void
on_file(void *owner, const char *path, const struct stat *st)
{
	struct input *in = owner;
	if (!S_ISREG(st->st_mode) ||
	    patterns_exclude(in->context.options, path))
		return;
	struct followed *f = followed_find(&in->files, st->st_dev, st->st_ino);
	if (f == NULL) {
		follow(in, path, path);
		return;
	}
	/* A hard link is the same file once more: its first name stays. */
	if (followed_seen(&in->files, f, path))
		tail_rename(&f->tail, path);
	if (tail_is_behind(&f->tail, st))
		ready(in, f);
}

static void
on_directory(void *owner, const char *path)
{
	struct input *in = owner;
	watch_directory(in->watch, path);
}

static const struct glob_visitor visitor = { on_directory, on_file };

/*
 * Files that were not read to their end when we stopped, and renamed since:
 * they come first, under the name they had, so that who has it now waits.
 */
static void
follow_renamed(struct input *in)
{
	struct source *next;
	for (struct source *s = checkpoint_first(in->context.checkpoint);
	     s != NULL; s = next) {
		next = s->next;
		if (s->attached || s->gone ||
		    !patterns_match(in->context.options, s->path))
			continue;
		char *path;
		if (renamed_find(s->path, &s->identity, &path) == 1 &&
		    strcmp(path, s->path) != 0)
			follow(in, path, s->path);
		free(path);
	}
}

static void
let_go(struct input *in, struct followed *f)
{
	if (!tail_finish(&f->tail, &in->scratch))
		return;
	log_debug("input %s: %s: done with it", in->context.options->name,
	    f->tail.source->path);
	tail_close(&f->tail);
	followed_remove(&in->files, f);
}

/* A file that no name leads to any more, and that stopped growing. */
static void
look_after_unnamed(struct input *in, struct followed *f)
{
	bool stale = clock_monotonic() - f->tail.grew > ROTATE_WAIT;
	bool more = tail_backlog(&f->tail) > f->tail.scanned;
	if (more && !(stale && f->tail.failing))
		ready(in, f);
	else if (tail_is_overdue(&f->tail))
		ready(in, f);
	else if (stale && !f->queued && f->tail.source->recorded)
		let_go(in, f);
}

static void
sweep(struct input *in)
{
	const struct string_list *paths = &in->context.options->path;
	if (!in->swept) {
		/* `start` is for what was there before us, not for what
		 * came while we were down. */
		in->fresh = !checkpoint_was_damaged(in->context.checkpoint) &&
		    !patterns_know(in->context.options, in->context.checkpoint);
		follow_renamed(in);
	}
	followed_begin_sweep(&in->files);
	for (size_t i = 0; i < paths->count; i++)
		glob_walk(paths->items[i], &visitor, in);
	in->swept = true;
	in->fresh = false;
	struct followed *f, *next;
	FOLLOWED_EACH(&in->files, f, next)
		if (followed_is_unnamed(&in->files, f))
			look_after_unnamed(in, f);
		else if (f->unfinished || tail_is_overdue(&f->tail))
			ready(in, f);
}

static void
on_sweep(uv_timer_t *timer)
{
	struct input *in = timer->data;
	int64_t began = clock_monotonic();
	sweep(in);
	in->sweep_cost = (uint64_t)((clock_monotonic() - began) / NS_PER_MS);
	if (in->context.once) /* if there was nothing, that was all */
		in->context.wake(in->context.owner);
	uv_timer_start(timer, on_sweep, SWEEP_EVERY, 0);
}

static void
on_written(void *owner, const char *path)
{
	struct input *in = owner;
	struct followed *f = followed_find_path(&in->files, path);
	if (f != NULL)
		ready(in, f);
}

static void
on_changed(void *owner)
{
	struct input *in = owner;
	/* In a busy tree sweeps are to cost a tenth of the time at most. */
	uint64_t soon = SWEEP_SOON + 10 * in->sweep_cost;
	if (soon < SWEEP_EVERY && uv_timer_get_due_in(&in->sweep) > soon)
		uv_timer_start(&in->sweep, on_sweep, soon, 0);
}

static const struct watch_events watch_events = { on_written, on_changed };

static struct input *
file_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->watch = watch_new(context->loop, &watch_events, in);
	in->sweep.data = in;
	uv_timer_init(context->loop, &in->sweep);
	uv_timer_start(&in->sweep, on_sweep, 0, 0);
	return in;
}

static void
read_one(struct input *in, struct followed *f)
{
	switch (tail_read(&f->tail, &in->scratch)) {
	case TAIL_MORE:
		followed_queue(&in->files, f);
		break;
	case TAIL_IDLE:
		f->unfinished =
		    in->context.once && !tail_finish(&f->tail, &in->scratch);
		if (!f->unfinished)
			followed_drained(&in->files, f);
		break;
	case TAIL_FAILED:
		in->context.failed(in->context.owner);
		break;
	case TAIL_WAITING:
	case TAIL_HELD_UP: /* the next sweep finds it again */
		break;
	}
}

static bool
file_turn(struct input *in)
{
	struct followed *f = followed_next(&in->files);
	if (f != NULL)
		read_one(in, f);
	return followed_has_next(&in->files);
}

static void
file_recorded(struct input *in)
{
	struct followed *f, *next;
	FOLLOWED_EACH(&in->files, f, next)
		if (f->successor != NULL || f->unfinished ||
		    tail_is_overdue(&f->tail) ||
		    tail_backlog(&f->tail) > f->tail.scanned)
			ready(in, f);
}

static bool
file_finished(const struct input *in)
{
	struct followed *f, *next;
	if (!in->context.once || !in->swept || followed_has_next(&in->files))
		return false;
	FOLLOWED_EACH(&in->files, f, next)
		if (!f->tail.source->recorded || f->unfinished)
			return false;
	return true;
}

static void
on_closed(uv_handle_t *handle)
{
	struct input *in = handle->data;
	buffer_clear(&in->scratch);
	free(in);
}

static void
file_close(struct input *in)
{
	struct followed *f, *next;
	FOLLOWED_EACH(&in->files, f, next) {
		tail_close(&f->tail);
		followed_remove(&in->files, f);
	}
	followed_clear(&in->files);
	watch_free(in->watch);
	uv_close((uv_handle_t *)&in->sweep, on_closed);
}

const struct input_kind input_file = { file_open, file_turn, file_recorded,
	file_finished, NULL, file_close };
