/*
 * One file being followed: an open descriptor, and the incarnation that is
 * read through it.
 *
 * Before every read the up to 1 KiB just before the offset is compared with
 * what stood there when it was read: a file that was truncated or written
 * anew, be it to the same size, is a new incarnation and read from its
 * beginning.  A compressed file is followed as the bytes that it holds.
 */
#ifndef AGENT_TAIL_H
#define AGENT_TAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/checkpoint.h"
#include "agent/content.h"
#include "agent/gather.h"
#include "agent/router.h"
#include "core/buffer.h"

/* An incarnation that ended because its file was written anew. */
struct former {
	struct source *source; /* NULL: none */
	uint64_t unread; /* bytes that were seen behind what was read */
};

struct tail {
	const struct input_options *input;
	struct checkpoint *checkpoint;
	struct router *router;
	struct source *source;
	int fd;
	struct content content; /* of `fd` */
	struct position at; /* where the next line begins */
	struct level level; /* of the line that stands there, if in parts */
	struct gather gather; /* messages of several lines */
	uint64_t scanned; /* bytes behind it, known to hold no LF */
	uint64_t size; /* of the file, as last seen */
	struct timespec modified; /* when the file last was, as last seen */
	int64_t grew; /* when it last had something to read (monotonic) */
	uint64_t damaged; /* places, of those counted already */
	bool cut_short; /* it is compressed, has no end, and that was said */
	bool failing; /* reading fails, and that was said */
	bool in_hole; /* what stands before `at` is one */
	bool to_end; /* begins at its end, which is not known yet */
	struct former former; /* until somebody takes it over */
};

enum tail_result {
	TAIL_MORE, /* there is more to read */
	/* Read to the end, up to a line without its LF, or a message of
	 * several that the next may belong to. */
	TAIL_IDLE,
	TAIL_WAITING, /* its id, or a cut, is not durable yet */
	TAIL_HELD_UP, /* enough of its lines wait for a queue */
	TAIL_FAILED, /* cannot be read for now; said */
};

/*
 * Begin to follow `fd`, which is taken over, as `path`: where a saved source
 * of the same identity stopped, if the bytes before that point are still the
 * same; otherwise a new incarnation, from its beginning or (`at_end`) from
 * its present end, and what was read before is its `former`.
 */
void tail_open(struct tail *t, int fd, const struct identity *identity,
    const char *path, bool at_end);

/*
 * Begin to follow `fd`, which is taken over, as `path`: it has the bytes that
 * `source`, which nobody reads, was read from, and goes on where that stopped.
 */
void tail_resume(struct tail *t, int fd, const struct identity *identity,
    const char *path, struct source *source);

/* Nothing more is to be had of an incarnation that ended. */
void tail_forget_former(struct tail *t);

/*
 * Read once, at most 64 KiB beyond the line in progress, and route the lines.
 * When the file was written anew the next incarnation begins, TAIL_WAITING,
 * and the one before is in `former`.
 * `scratch` is shared by all tails and holds nothing between calls.
 */
enum tail_result tail_read(struct tail *t, struct buffer *scratch);

/*
 * The source has ended (file gone, or --once): route what is left without an
 * LF as a partial line, and a message that waits for more.  Where it was cut
 * must be durable before; false: not yet, call again when something became so,
 * and within a second.  Reading may go on afterwards.
 */
bool tail_finish(struct tail *t, struct buffer *scratch);

/* A message has waited long enough for its next line: tail_read ends it. */
bool tail_is_overdue(const struct tail *t);

/* The file goes by another name now. */
void tail_rename(struct tail *t, const char *path);

/* Bytes between what was cut and the end of the file. */
uint64_t tail_backlog(const struct tail *t);

/* There is more than a line in progress. */
bool tail_has_more(const struct tail *t);

/* Did the file, as `st` has it, change since it was last read? */
bool tail_is_behind(const struct tail *t, const struct stat *st);

/* Was its file written anew, which it has not seen yet? */
bool tail_is_written_anew(struct tail *t);

/*
 * Stop for now, as when the agent ends: the source stays in the checkpoint,
 * also when its file was deleted, because a compressed one may go on with it.
 */
void tail_suspend(struct tail *t);

/* Stop following; the source stays in the checkpoint. It has ended if no name
 * leads to the file. */
void tail_close(struct tail *t);

#endif
