/*
 * Appending to a spool.  Records go to the kernel as soon as they are
 * flushed, so that they outlive this process; and to the disk once a second
 * and when a segment is full, in a work item of the loop, so that a host
 * without power loses what came within the last second.
 *
 * A writer begins with a segment of its own and never appends to a file that
 * another process wrote, nor uses a place again.
 */
#ifndef AGENT_SPOOL_WRITER_H
#define AGENT_SPOOL_WRITER_H

#include <uv.h>

#include "agent/segment.h"
#include "agent/spool_directory.h"

/* How many full segments may wait for the disk before nothing more is taken. */
#define SPOOL_SEALED 4

struct spool_writer {
	uv_loop_t *loop;
	struct spool_directory *directory;
	uint64_t segment_size; /* about where a segment is full */
	uint64_t end; /* all in front of this place can be read */
	uint64_t next; /* the place of the next record */
	uint64_t after; /* where the last segment ended */
	struct segment_head head; /* of the open segment */
	bool begun; /* there is one, be it in `pending` only */
	int fd; /* its file; -1: it is not created yet */
	struct buffer pending; /* of it, not written yet */
	uint64_t written; /* bytes of it that are */
	size_t drafted; /* bytes behind `end`, to be written over */
	bool dirty; /* written since the last sync */
	bool named; /* there is a new name in the directory */
	bool failing; /* writing, and that was said */
	bool sync_failing;
	int sealed[SPOOL_SEALED]; /* full, to be synced and closed */
	size_t sealed_count;
	/* The work item: */
	uv_work_t work;
	bool syncing;
	int sync_fds[SPOOL_SEALED + 1], sync_directory;
	size_t sync_count, sync_close; /* the first so many are then closed */
	int sync_error; /* errno, or 0 */
};

/*
 * The first record will stand at `next` or behind it; what is in the
 * directory ends at `after`.
 */
void spool_writer_init(struct spool_writer *w, uv_loop_t *loop,
    struct spool_directory *directory, uint64_t after, uint64_t next);

/* Take a copy of one more line. */
void spool_writer_put(struct spool_writer *w, const struct entry *e);

/*
 * Write what was put.  0, or -1: the disk took only a part of it; that was
 * said, the rest is kept, and nothing more may be put before it is written.
 */
int spool_writer_flush(struct spool_writer *w);

/*
 * Write a line that is not complete yet behind all others, where the next
 * flush writes over it, be that longer or not: only if this process is killed
 * will it be found.
 * Everything that was put must be flushed.
 */
void spool_writer_draft(struct spool_writer *w, const struct entry *e);

/* Everything put is written, and the disk is not far behind. */
bool spool_writer_is_ready(const struct spool_writer *w);

/* Begin to put on the disk what is not there yet, unless that is under way. */
void spool_writer_sync(struct spool_writer *w);

/* Flush, wait for the disk, and close. */
void spool_writer_close(struct spool_writer *w);

#endif
