#include <errno.h>
#include <string.h>

#include "agent/input_file_private.h"
#include "agent/parked.h"
#include "core/log.h"

void
input_file_park(struct input *in, struct followed *f)
{
	descriptors_return(in->context.descriptors, &f->descriptor);
	parked_close(&f->tail);
}

/* Its tail is closed. */
static void
forget(struct input *in, struct followed *f)
{
	descriptors_return(in->context.descriptors, &f->descriptor);
	orphans_disinherit(&in->orphans, f);
	followed_remove(&in->files, f);
}

void
input_file_let_go(struct input *in, struct followed *f)
{
	log_debug("input %s: %s: done with it", in->context.options->name,
	    f->tail.source->path);
	tail_close(&f->tail);
	forget(in, f);
}

void
input_file_suspend(struct input *in, struct followed *f)
{
	tail_suspend(&f->tail);
	forget(in, f);
}

/* It went while it was closed, and perhaps was not read to its end: who was
 * copied or compressed from it may have the rest. */
static void
gone(struct input *in, struct followed *f)
{
	struct followed *heir = f->successor;
	struct former former = { .source = f->tail.source };
	bool is_begun = !f->tail.to_end;
	log_warnx("input %s: %s: gone while it waited for a descriptor; what "
		  "was written to it last is lost, unless a file beside it "
		  "has it",
	    in->context.options->name, f->tail.source->path);
	input_file_suspend(in, f);
	if (!is_begun)
		return;
	if (heir != NULL)
		heir->waiting = true;
	orphans_add(&in->orphans, &former, heir);
	in->context.wake(in->context.owner);
}

static void
open_failed(struct input *in, struct followed *f, int error)
{
	const char *path = f->tail.source->path;
	if (error == EMFILE || error == ENFILE) {
		descriptors_lower(in->context.descriptors);
		in->starved = true;
		return;
	}
	in->failures++;
	in->context.failed(in->context.owner);
	followed_drained(&in->files, f);
	if (complaints_add(&in->complaints, path, strerror(error)))
		log_warnx("input %s: open %s: %s", in->context.options->name,
		    path, strerror(error));
}

/* True if it can be read now. */
static bool
reopen(struct input *in, struct followed *f)
{
	if (!descriptors_take(in->context.descriptors, &f->descriptor, true)) {
		in->starved = true; /* the next sweep tries again */
		return false;
	}
	f->was_read = false;
	int opened = parked_open(&f->tail);
	if (opened == 1) {
		complaints_end(&in->complaints, f->tail.source->path);
		return true;
	}
	int error = errno;
	descriptors_return(in->context.descriptors, &f->descriptor);
	if (opened == 0)
		gone(in, f);
	else
		open_failed(in, f, error);
	return false;
}

/*
 * What cannot be read may be read through another descriptor: the file system
 * was mounted anew, its server began anew.
 */
static void
failed(struct input *in, struct followed *f)
{
	struct stat st;
	in->failures++;
	in->context.failed(in->context.owner);
	followed_drained(&in->files, f); /* who has its name need not wait */
	if (f->path != NULL && stat(f->path, &st) == 0)
		input_file_park(in, f);
}

static void
idle(struct input *in, struct followed *f)
{
	f->unfinished =
	    in->context.once && !tail_finish(&f->tail, &in->scratch);
	if (!f->unfinished)
		followed_drained(&in->files, f);
	if (in->starved) /* who waits for a descriptor may have this one */
		input_file_sweep_soon(in);
}

void
input_file_read(struct input *in, struct followed *f)
{
	if (parked_is(&f->tail) && !reopen(in, f))
		return;
	uint64_t before = f->tail.at.offset + f->tail.scanned;
	enum tail_result result = tail_read(&f->tail, &in->scratch);
	input_file_find_former(in, f);
	if (f->tail.at.offset + f->tail.scanned != before) {
		f->was_read = true;
		descriptors_touch(in->context.descriptors, &f->descriptor);
	}
	switch (result) {
	case TAIL_MORE:
		followed_queue(&in->files, f);
		break;
	case TAIL_IDLE:
		idle(in, f);
		break;
	case TAIL_FAILED:
		failed(in, f);
		break;
	case TAIL_WAITING:
	case TAIL_HELD_UP: /* the next sweep finds it again */
		break;
	}
}
