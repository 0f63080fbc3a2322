/*
 * What type = file consists of, for its own rooms:
 *
 *	input_file.c	sweeps, hints, turns
 *	input_file_admit.c	what is followed, and what is refused
 *	input_file_turn.c	reading one file, and opening it for that
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
#include "agent/followed.h"
#include "agent/glob.h"
#include "agent/input.h"
#include "agent/own_files.h"
#include "agent/watch.h"

struct input {
	struct input_context context;
	struct watch *watch;
	uv_timer_t sweep;
	struct followed_set files;
	struct complaints complaints;
	struct own_files *own;
	struct buffer scratch;
	const char *pattern; /* that the sweep walks */
	int64_t sweep_cost; /* ns that the last one took, */
	int64_t admitting; /* without these, which come once for each file */
	uint64_t failures; /* reads and looks that failed */
	int64_t began; /* ns since the epoch */
	bool swept; /* at least once */
	bool fresh; /* its first sweep ever: no file of its is known */
	bool starved; /* some file waits for a descriptor */
};

/*
 * Follow what `path` leads to, under the name `name`: what `st` is of, or
 * nothing if another has that place by now (NULL: whatever it is).  If it
 * cannot be read that is said once, and the next sweep tries again.
 */
void input_file_follow(struct input *in, const char *path, const char *name,
    const struct stat *st);

/* Of a sweep, what it finds. */
extern const struct glob_visitor input_file_visitor;

/* It wants to be read. */
void input_file_ready(struct input *in, struct followed *f);

/* Read it once. */
void input_file_read(struct input *in, struct followed *f);

/* Follow it no longer. */
void input_file_let_go(struct input *in, struct followed *f);

/* Sweep soon: something changed. */
void input_file_sweep_soon(struct input *in);

#endif
