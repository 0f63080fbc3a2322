/*
 * One file being followed: an open descriptor, and the incarnation that is
 * read through it.
 *
 * Before every read the up to 1 KiB just before the offset is compared with
 * what stood there when it was read: a file that was truncated or written
 * anew, be it to the same size, is a new incarnation and read from its
 * beginning.
 */
#ifndef AGENT_TAIL_H
#define AGENT_TAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/checkpoint.h"
#include "agent/gather.h"
#include "agent/router.h"
#include "core/buffer.h"

struct tail {
	const struct input_options *input;
	struct checkpoint *checkpoint;
	struct router *router;
	struct source *source;
	int fd;
	struct position at; /* where the next line begins */
	struct level level; /* of the line that stands there, if in parts */
	struct gather gather; /* messages of several lines */
	uint64_t scanned; /* bytes behind it, known to hold no LF */
	struct timespec modified; /* when the file last was, as last seen */
	int64_t grew; /* when it last had something to read (monotonic) */
	bool failing; /* reading fails, and that was said */
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

/* Do the bytes before `p` still hash to what they did? */
bool tail_is_unchanged(int fd, const struct position *p);

/*
 * Begin to follow `fd`, which is taken over, as `path`: where a saved source
 * of the same identity stopped, if the bytes before that point are still the
 * same; otherwise a new incarnation, from its beginning or (`at_end`) from
 * its present end.
 */
void tail_open(struct tail *t, int fd, const struct identity *identity,
    const char *path, bool at_end);

/*
 * Read once, at most 64 KiB beyond the line in progress, and route the lines.
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

/* Did the file, as `st` has it, change since it was last read? */
bool tail_is_behind(const struct tail *t, const struct stat *st);

/* Stop following; the source stays in the checkpoint. It has ended if no name
 * leads to the file. */
void tail_close(struct tail *t);

#endif
