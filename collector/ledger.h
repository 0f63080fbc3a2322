/*
 * What one stream knows of the lines it has seen and of the files it has
 * written, and what of that is on the disk.
 *
 * Invariants:
 * - a line is a repeat only if its pos lies in the union of its chain's
 *   intervals, that is, if it was noted before;
 * - what was noted up to a cut is on the disk, together with the lengths of
 *   the files it was written to, in one transaction, before ledger_commit
 *   returns 0; nothing may be acknowledged before that;
 * - whatever is damaged or forgotten counts as not seen and not committed:
 *   lines could repeat, none is lost.
 *
 * The chains in memory are the loop's and go on changing while a work item
 * writes a cut of them.  Functions marked "work item" are the commit's, or
 * anybody's while there is none.
 */
#ifndef COLLECTOR_LEDGER_H
#define COLLECTOR_LEDGER_H

#include <uv.h>

#include "collector/ledger_rows.h"
#include "collector/outputs.h"
#include "config/config.h"

struct ledger;

/*
 * STATE/ledger/NAME.db.  Cuts back the files that hold more than was
 * committed (ledger_files.h).  `config` and `stream` must outlive it.
 * Returns NULL, having said why.
 */
struct ledger *ledger_open(uv_loop_t *loop, const struct config *config,
    const struct stream_options *stream);

/* Note a line that arrived: LINE_REPEAT is not to be written. */
enum line_kind ledger_note(struct ledger *l, const struct record *r);

/* Something was noted that no cut has: a commit is worth while. */
bool ledger_is_changed(const struct ledger *l);

/*
 * Copy what changed, to be written by the next ledger_commit.  The one
 * before must be settled.
 */
void ledger_cut(struct ledger *l);

/* The cut was committed. */
void ledger_settle(struct ledger *l);

/*
 * Work item: those of the `count` outputs from `first` on that the ledger
 * does not know as they are now; to be called before they are written.
 * 0, or -1: not recorded, to be tried again.
 */
int ledger_record(struct ledger *l, const struct output *first, size_t count);

/*
 * Work item: the cut, and how long each of the outputs is now.  0, or -1:
 * all is as before, to be tried again.
 */
int ledger_commit(struct ledger *l, const struct output *written);

/* ---- For those who ask: on the loop's thread ---- */

struct ledger_account ledger_account(const struct ledger *l);

/*
 * The stream's queue is bound as `bindings` say, from now on at least.
 * `anew`: and it was not before.  To be committed (stream_flush).
 */
void
ledger_bound(struct ledger *l, const struct string_list *bindings, bool anew);

/*
 * ns since the epoch: of a chain that began later, and passes the stream's
 * bindings, all lines must have come, from the first one on; one that is not
 * known did not come at all.  INT64_MAX: no such moment is known.
 */
int64_t ledger_since(const struct ledger *l);

/* Bytes (from, to] of a chain. */
struct ledger_range {
	struct str source; /* 32 hex digits */
	struct str key, host, path;
	uint64_t from, to;
};
typedef void ledger_range_fn(void *owner, const struct ledger_range *range);

/* Those that did not come, between lines that did, and are not given up. */
void ledger_each_hole(const struct ledger *l, ledger_range_fn *fn, void *owner);

/*
 * Those that were given up and did not come so far.  Of a chain of which no
 * line ever came host and path are empty.
 */
void
ledger_each_given_up(const struct ledger *l, ledger_range_fn *fn, void *owner);

/* What came of a chain reaches from `start` to `end`, but for holes. */
struct ledger_chain {
	struct str source; /* 32 hex digits */
	struct str key, host, path;
	uint64_t start, end;
};
typedef void ledger_chain_fn(void *owner, const struct ledger_chain *chain);
void
ledger_each_chain(const struct ledger *l, ledger_chain_fn *fn, void *owner);

/*
 * Nobody has the lines of (from, to] any more: nobody needs to ask for them
 * again.  Lasts from the next commit on (stream_flush starts one), until the
 * chain is forgotten.  A line of it that comes after all is new all the same.
 * The chain need not be known.  True if it is given up now, was before, or
 * has come; false if that is no range of a chain, or there is no room.
 */
bool ledger_give_up(struct ledger *l, struct str source, struct str key,
    uint64_t from, uint64_t to);

/* There must be no work item.  What is not committed is forgotten. */
void ledger_close(struct ledger *l);

#endif
