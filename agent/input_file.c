#include "agent/input_file_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parked.h"
#include "agent/patterns.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define SWEEP_EVERY 1000 /* ms */
#define SWEEP_EVERY_MOST 10000
#define SWEEP_SOON 20 /* ms after a hint, so that one sweep serves many */
/* A sweep, of many files, costs this part of the time at most: without hints,
 * and with them. */
#define SWEEP_SHARE 50
#define SWEEP_SHARE_SOON 10

void
input_file_ready(struct input *in, struct followed *f)
{
	followed_queue(&in->files, f);
	in->context.wake(in->context.owner);
}

/* Nothing was heard of it since `then`, for so long that nothing will be.
 * Sweeps may be a second apart: not later than was said. */
static bool
is_long_ago(const struct input *in, int64_t then)
{
	return clock_monotonic() - then + SWEEP_EVERY * NS_PER_MS >
	    in->context.options->rotate_wait;
}

/* Did nobody write to it for so long that nobody will? */
static bool
is_abandoned(const struct input *in, const struct followed *f)
{
	return is_long_ago(in, f->tail.grew) && !f->queued &&
	    f->tail.source->recorded;
}

/* Something is to be compared with it that came meanwhile, as a compressed
 * copy does before its original goes; or was, and is not durable yet. */
static bool
is_wanted(const struct input *in, const struct followed *f)
{
	return in->pending > 0 || in->unrecorded ||
	    orphans_await(&in->orphans, f->base);
}

/* It was compressed and is read: nobody goes on writing such a file. */
static bool
is_read_gzip(const struct followed *f)
{
	const struct unzip *unzip = f->tail.content.unzip;
	return unzip != NULL && unzip_is_complete(unzip) && f->caught_up &&
	    !f->queued && f->tail.source->recorded && !tail_has_more(&f->tail);
}

/*
 * A file that no name leads to any more, and that stopped growing: it is let
 * go.  What was compressed is found again as long as its lines are not
 * settled: so it is not before they are.
 */
static void
look_after_unnamed(struct input *in, struct followed *f)
{
	if (f->unnamed_since == 0)
		f->unnamed_since = clock_monotonic();
	/* A second sweep must not have seen it either. */
	bool stale = f->sweep + 1 < in->files.sweep &&
	    (is_read_gzip(f) ||
		(is_abandoned(in, f) && is_long_ago(in, f->unnamed_since)));
	bool more = parked_is(&f->tail) || tail_has_more(&f->tail);
	if ((more && !(stale && f->tail.failing)) || tail_is_overdue(&f->tail))
		input_file_ready(in, f);
	else if (stale && tail_finish(&f->tail, &in->scratch) &&
	    source_is_settled(f->tail.source) && !is_wanted(in, f))
		input_file_let_go(in, f);
}

/* Its name is one that rotations give, and another has the one without. */
static bool
is_generation(const struct input *in, const struct followed *f)
{
	return f->path != NULL && strcmp(f->path, f->base) != 0 &&
	    followed_find_path(&in->files, f->base) != NULL;
}

/* It has a name, but no longer that under which it was written; or it is
 * compressed, which is done at once. */
static void
look_after_rotated(struct input *in, struct followed *f)
{
	if (is_abandoned(in, f) && !parked_is(&f->tail) &&
	    !tail_has_more(&f->tail))
		tail_finish(&f->tail, &in->scratch);
}

/* No sweep saw its name, and yet it has it, or nobody can tell: its directory
 * cannot be read. */
static bool
is_out_of_sight(const struct followed *f)
{
	struct stat st;
	if (f->path == NULL)
		return false;
	if (stat(f->path, &st) == 0)
		return st.st_dev == f->key.device && st.st_ino == f->key.inode;
	return errno != ENOENT && errno != ENOTDIR && errno != ELOOP;
}

static void
look_after(struct input *in, struct followed *f)
{
	bool unseen = followed_is_unnamed(&in->files, f);
	if (unseen && !is_out_of_sight(f))
		look_after_unnamed(in, f);
	else if (f->successor != NULL || f->unfinished ||
	    tail_is_overdue(&f->tail) || (unseen && tail_has_more(&f->tail)))
		input_file_ready(in, f);
	else if (f->rotated || f->tail.content.unzip != NULL ||
	    is_generation(in, f))
		look_after_rotated(in, f);
}

static void
walk(struct input *in)
{
	const struct string_list *paths = &in->context.options->path;
	watch_look(in->watch); /* it tells of what was before */
	unopened_begin_sweep(&in->unopened);
	complaints_begin_sweep(&in->complaints);
	own_files_begin_sweep(in->own);
	watch_begin_sweep(in->watch);
	followed_begin_sweep(&in->files);
	for (size_t i = 0; i < paths->count; i++) {
		in->pattern = paths->items[i];
		glob_walk(in->pattern, &input_file_visitor, in);
	}
	watch_end_sweep(in->watch);
	input_file_take_arrivals(in);
	if (!in->starved && !in->raced)
		unopened_end_sweep(&in->unopened);
}

static void
sweep(struct input *in)
{
	bool was_refused = in->refused;
	struct followed *f, *next;
	if (!in->swept)
		/* `start` is for what was there before us, not for what
		 * came while we were down. */
		in->fresh = !checkpoint_was_damaged(in->context.checkpoint) &&
		    !patterns_know(in->context.options, in->context.checkpoint);
	in->starved = in->refused = in->raced = false;
	if (!in->swept || was_refused)
		input_file_find_lost(in);
	orphans_retry(&in->orphans);
	walk(in);
	in->swept = true;
	/* Until all were seen that were there. */
	in->fresh &= in->starved || in->pending > 0;
	input_file_bound_deleted(in);
	in->unrecorded = false;
	FOLLOWED_EACH(&in->files, f, next)
		in->unrecorded |= f->tail.to_end || !f->tail.source->recorded;
	FOLLOWED_EACH(&in->files, f, next)
		look_after(in, f);
	if (in->orphans.first != NULL || in->copies.first != NULL)
		in->context.wake(in->context.owner);
}

static void
on_sweep(uv_timer_t *timer)
{
	struct input *in = timer->data;
	int64_t began = clock_monotonic();
	in->admitting = 0;
	sweep(in);
	in->sweep_cost = clock_monotonic() - began - in->admitting;
	if (in->context.once) /* if there was nothing, that was all */
		in->context.wake(in->context.owner);
	uint64_t next = (uint64_t)(SWEEP_SHARE * in->sweep_cost / NS_PER_MS);
	next = next > SWEEP_EVERY ? next : SWEEP_EVERY;
	next = next < SWEEP_EVERY_MOST ? next : SWEEP_EVERY_MOST;
	uv_timer_start(timer, on_sweep, next, 0);
}

static void
on_written(void *owner, const char *path)
{
	struct input *in = owner;
	struct followed *f = followed_find_path(&in->files, path);
	unopened_grew(&in->unopened, path);
	/* What may be our own is looked at before it is read. */
	if (f != NULL && !f->suspect)
		input_file_ready(in, f);
	else if (f != NULL)
		input_file_sweep_soon(in);
}

void
input_file_sweep_soon(struct input *in)
{
	uint64_t soon = SWEEP_SOON +
	    (uint64_t)(SWEEP_SHARE_SOON * in->sweep_cost / NS_PER_MS);
	if (uv_timer_get_due_in(&in->sweep) > soon)
		uv_timer_start(&in->sweep, on_sweep, soon, 0);
}

static void
count_unopened(struct input *in, const char *path)
{
	struct incidents *i = router_incidents(in->context.router);
	if (i->unopened++ == 0)
		log_warnx("input %s: %s: came and went before it was opened; "
			  "others are counted (unopened)",
		    in->context.options->name, path);
}

static void
on_came(void *owner, const char *path, bool moved)
{
	struct input *in = owner;
	struct stat st;
	if (!patterns_match(in->context.options, path))
		return;
	/* One that was followed by another name has been opened, and so has
	 * one that the last sweep found before this was told. */
	bool is_known = stat(path, &st) == 0 &&
	    followed_find(&in->files, st.st_dev, st.st_ino) != NULL;
	bool lost = is_known ? unopened_went(&in->unopened, path, true)
			     : unopened_came(&in->unopened, path, moved);
	if (lost)
		count_unopened(in, path);
}

static void
on_went(void *owner, const char *path, bool moved)
{
	struct input *in = owner;
	if (unopened_went(&in->unopened, path, !moved))
		count_unopened(in, path);
}

static void
on_changed(void *owner)
{
	input_file_sweep_soon(owner);
}

static const struct watch_events watch_events = { on_written, on_came, on_went,
	on_changed };

static struct input *
file_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	in->began = clock_realtime();
	in->watch = watch_new(context->loop, &watch_events, in);
	in->own = own_files_new(context->config, true);
	in->sweep.data = in;
	in->orphans = (struct orphans){ .events = &input_file_orphan_events,
		.owner = in,
		.patience = context->options->rotate_wait };
	uv_timer_init(context->loop, &in->sweep);
	uv_timer_start(&in->sweep, on_sweep, 0, 0);
	return in;
}

static bool
file_turn(struct input *in)
{
	struct followed *f = followed_next(&in->files);
	if (f != NULL)
		input_file_read(in, f);
	bool searching = orphans_turn(&in->orphans);
	searching |= copies_turn(&in->copies);
	return searching || followed_has_next(&in->files);
}

static void
file_recorded(struct input *in)
{
	struct followed *f, *next;
	FOLLOWED_EACH(&in->files, f, next)
		if (f->successor != NULL || f->unfinished ||
		    tail_is_overdue(&f->tail) || tail_has_more(&f->tail))
			input_file_ready(in, f);
}

static bool
file_finished(const struct input *in)
{
	struct followed *f, *next;
	if (!in->context.once || !in->swept || in->starved || in->pending > 0 ||
	    in->orphans.first != NULL || followed_has_next(&in->files))
		return false;
	FOLLOWED_EACH(&in->files, f, next)
		if (!f->tail.source->recorded || f->unfinished)
			return false;
	return true;
}

static void
file_status(const struct input *in)
{
	struct followed *f, *next;
	size_t files = 0, closed = 0;
	FOLLOWED_EACH(&in->files, f, next) {
		files++;
		closed += parked_is(&f->tail);
	}
	log_info("input %s: %zu files, %zu of them closed for now, %" PRIu64
		 " failures to read; the last sweep took %" PRId64 " us",
	    in->context.options->name, files, closed, in->failures,
	    in->sweep_cost / 1000);
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
	FOLLOWED_EACH(&in->files, f, next)
		input_file_suspend(in, f);
	orphans_clear(&in->orphans);
	copies_clear(&in->copies);
	unopened_clear(&in->unopened);
	complaints_clear(&in->complaints);
	own_files_free(in->own);
	watch_free(in->watch);
	uv_close((uv_handle_t *)&in->sweep, on_closed);
}

const struct input_kind input_file = { file_open, file_turn, file_recorded,
	file_finished, file_status, file_close };
