/*
 * Writes a list of outputs out, and then the ledger's cut of them: the one
 * thing of a stream that leaves the loop's thread, as a work item, one at a
 * time.
 *
 *	open and check the files -> a ledger transaction, if it does not know
 *	one of them so -> write, fdatasync -> the ledger's transaction -> done
 *
 * Invariant: from commit_start until `done` says SINK_DONE the commit owns
 * the lists it was given, with their sinks and the buffers to be written,
 * and the ledger's store and cut.  Each output is written once, in the order
 * of the list; commit_resume goes on with what could not be done.
 */
#ifndef COLLECTOR_COMMIT_H
#define COLLECTOR_COMMIT_H

#include <stdbool.h>
#include <uv.h>

#include "collector/ledger.h"
#include "collector/outputs.h"
#include "collector/sink.h"

struct commit;

/*
 * SINK_DONE: all is written.  Otherwise the commit stands still until
 * commit_resume (after SINK_ENDED there is no use in it).  Failures are said
 * once until another one or success follows.
 */
typedef void commit_done(void *owner, enum sink_result result);

/* `stream` is the stream's name, for messages; not copied. */
struct commit *commit_new(uv_loop_t *loop, const char *stream,
    struct ledger *ledger, commit_done *done, void *owner);

/* The outputs a commit is about. */
struct commit_lists {
	struct output *write; /* of outputs_take; may be none */
	struct output *retire; /* of outputs_retire: closed first */
	size_t at_once; /* files that may be open */
	bool close_before; /* so that each file is opened by name */
	bool close_after; /* too many to stay open */
};

/* The ledger was cut.  `lists` is copied; what hangs from it is the commit's
 * for the time. */
void commit_start(struct commit *c, const struct commit_lists *lists);
void commit_resume(struct commit *c);

/*
 * Waits (blocking) for a work item under way; `done` is not called again.
 * Its memory goes when the loop has run.
 */
void commit_free(struct commit *c);

#endif
