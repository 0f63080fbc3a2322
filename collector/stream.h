/*
 * One [stream]: takes records in the order in which they arrive, leaves out
 * those its ledger has seen, filters and formats the others, writes them out
 * in commits, and then tells for which of them the acknowledgement may go.
 *
 * Invariant: `committed` is called for a tag only after every record taken
 * with a tag up to it was dropped by a filter or is in its file and (sync =
 * commit) on the disk, and the ledger has it.  Tags rise, and a repeat has a
 * higher one than its first copy: so it is never acknowledged before that.  A
 * write that fails is retried on a timer, for ever: until it succeeds nothing
 * is committed, and the caller sees `in hand` grow and stops feeding.
 *
 * What must block (write, fdatasync, fsync of directories with new names,
 * the ledger) runs as one work item of the loop at a time, which owns the files
 * until it returns; meanwhile the next commit collects in memory.
 */
#ifndef COLLECTOR_STREAM_H
#define COLLECTOR_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collector/ledger.h"
#include "config/config.h"
#include "record/record.h"

struct stream;

/*
 * All records with tags up to and including `tag` are safe.  After a commit
 * without records (of the ledger alone) it is the same tag as before, or 0.
 */
typedef void stream_committed(void *owner, uint64_t tag);

/*
 * Whoever read standard output is gone: nothing more will be written or
 * committed.  It was said.
 */
typedef void stream_ended(void *owner);

struct stream_stats {
	/* = written + dropped + repeats + in hand, always */
	uint64_t taken;
	uint64_t written;
	uint64_t repeats; /* seen before, by its ledger */
	uint64_t dropped; /* by its filters */
	uint64_t bytes_written;
	uint64_t commits;
	uint64_t write_errors;
};

/*
 * `options` and `config` must outlive the stream.  Returns NULL, having said
 * why, if its filters or templates are no good.
 */
struct stream *stream_new(uv_loop_t *loop, const struct config *config,
    const struct stream_options *options, stream_committed *committed,
    void *owner);

/*
 * Take one record; nothing of it is kept by reference.  Tags rise from call
 * to call.  A dropped record's tag is committed with those around it.
 */
void stream_take(struct stream *s, const struct record *r, uint64_t tag);

/* Bytes taken and not yet committed: the caller's bound is on this. */
size_t stream_in_hand(const struct stream *s);

/*
 * Commit now what was taken, without waiting for company.  (Otherwise a
 * commit starts a few ms after its first record, or as soon as two MiB
 * wait, whichever is first.)  A write that failed is tried again at once.
 */
void stream_flush(struct stream *s);

/* Nothing in hand and no commit under way. */
bool stream_is_idle(const struct stream *s);

/* Close all files, to open them by name when next written (HUP). */
void stream_reopen(struct stream *s);

/* Ask to be told, from the loop; only streams of type stdout ever end. */
void stream_on_end(struct stream *s, stream_ended *ended);

/* What it knows of the lines it has seen. */
struct ledger *stream_ledger(const struct stream *s);

const struct stream_options *stream_options(const struct stream *s);
struct stream_stats stream_stats(const struct stream *s);

/*
 * Let go of it.  Waits (blocking) for a commit under way, does not start
 * another: what is still in hand was never acknowledged and comes again.
 * The last of its memory goes when the loop has run.
 */
void stream_free(struct stream *s);

#endif
