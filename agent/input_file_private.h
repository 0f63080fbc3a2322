/*
 * What type = file consists of, for its own rooms:
 *
 *	input_file.c	sweeps, hints, turns
 *	input_file_admit.c	what is followed, and what is refused
 *	input_file_turn.c	reading one file, and opening it for that
 *	input_file_rotation.c	what rotations make of them
 *	input_file_explain.c	what is known of one path (input_file.h)
 *
 * A sweep once a second is the truth; inotify only makes it quicker.  A file
 * is followed by what it is (device and inode), not by its name: renamed
 * away or deleted it is read to its end first, and for as long after as
 * somebody may still write to it.
 */
#ifndef AGENT_INPUT_FILE_PRIVATE_H
#define AGENT_INPUT_FILE_PRIVATE_H

#include "agent/complaints.h"
#include "agent/copies.h"
#include "agent/followed.h"
#include "agent/glob.h"
#include "agent/input.h"
#include "agent/orphans.h"
#include "agent/own_files.h"
#include "agent/rotation.h"
#include "agent/unopened.h"
#include "agent/watch.h"

struct input {
	struct input_context context;
	struct watch *watch;
	uv_timer_t sweep;
	struct followed_set files;
	struct complaints complaints;
	struct own_files *own;
	struct orphans orphans;
	struct copies copies;
	struct unopened unopened;
	struct rotated *arrivals; /* files that this sweep found */
	size_t arrival_count;
	size_t pending; /* of them; they wait for others */
	bool unrecorded; /* some file is not in the checkpoint yet */
	struct buffer scratch;
	const char *pattern; /* that the sweep walks */
	int64_t sweep_cost; /* ns that the last one took, */
	int64_t admitting; /* without these, which come once for each file */
	uint64_t failures; /* reads and looks that failed */
	int64_t began; /* ns since the epoch */
	bool swept; /* at least once */
	bool fresh; /* its first sweep ever: no file of its is known */
	bool starved; /* some file waits for a descriptor */
	bool refused; /* one of them could not even be looked at */
	bool raced; /* what the sweep found was another by then, or gone */
};

/*
 * Follow what `path` leads to, under the name `name`: what `st` is of, or
 * nothing if another has that place by now (NULL: whatever it is); a new one
 * from its end on (`at_end`), or where `start` says.  If it cannot be read
 * that is said once, and the next sweep tries again.
 */
void input_file_follow(struct input *in, const char *path, const char *name,
    const struct stat *st, bool at_end);

/* `f`, which was just added, has an empty tail from now on, and a descriptor
 * if there is one: else it is to be closed when its tail has begun. */
void input_file_take_up(struct input *in, struct followed *f);

/* Its tail has begun: is it closed until it is its turn? */
void input_file_share(struct input *in, struct followed *f);

/* It has begun, or cannot be read: it is opened again when it is its turn. */
void input_file_park(struct input *in, struct followed *f);

/* Of a sweep, what it finds. */
extern const struct glob_visitor input_file_visitor;

/* It wants to be read. */
void input_file_ready(struct input *in, struct followed *f);

/* Read it once. */
void input_file_read(struct input *in, struct followed *f);

/* Follow it no longer. */
void input_file_let_go(struct input *in, struct followed *f);

/* The same for now, as when the agent ends: its source has not ended. */
void input_file_suspend(struct input *in, struct followed *f);

/* Sweep soon: something changed. */
void input_file_sweep_soon(struct input *in);

/* A file that nobody followed when the sweep came to it. */
void
input_file_arrive(struct input *in, const char *path, const struct stat *st);

/* All of them were found: follow them, the old before the new. */
void input_file_take_arrivals(struct input *in);

/*
 * Sources whose files were renamed while nobody looked; and, before the first
 * sweep, those whose files are gone.
 */
void input_file_find_lost(struct input *in);

/*
 * The file of `f` was written anew, now or before a kill: look for what was
 * read of it before.
 */
void input_file_find_former(struct input *in, struct followed *f);

/* The same of all that the checkpoint has beside what `f` goes on with. */
void input_file_find_siblings(struct input *in, struct followed *f);

/* Deleted files take too much of the disk: give the oldest up. */
void input_file_bound_deleted(struct input *in);

extern const struct orphan_events input_file_orphan_events;

#endif
