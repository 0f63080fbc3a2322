/*
 * What survives the agent: for each source its id, what it is recognised by,
 * where it is safe (agent/source.h) and how far its chains are there
 * (agent/chains.h).  SQLite in the state directory.  Sources that are gone
 * stay for some days (agent/aging.h).
 *
 * Positions above `safe` may have been published.  They are used again only
 * where the same bytes and the same configuration make the same lines of
 * them: after an unclean stop under another configuration, another boot,
 * another machine (a cloned disk) or another user of the broker, a source
 * goes on at `safe` under a new id.
 *
 * Saving runs as a work item of the loop, one at a time.  A save that fails
 * is said and tried again a second later; shipping goes on.
 */
#ifndef AGENT_CHECKPOINT_H
#define AGENT_CHECKPOINT_H

#include <uv.h>

#include "agent/source.h"
#include "config/config.h"

struct checkpoint;

/* New ids or cuts became durable: their sources may be read. */
typedef void checkpoint_recorded(void *owner);

/*
 * Open (and lock) checkpoint.db in the state directory of `config`, which
 * must outlive it, and load it.  `user`: as whom lines are published.
 * Returns NULL, having said why, when the directory cannot be used or
 * another agent has it.
 */
struct checkpoint *checkpoint_open(uv_loop_t *loop, const struct config *config,
    const char *user, checkpoint_recorded *recorded, void *owner);

/*
 * The saved source that nobody reads yet with this identity, for `input` to
 * go on with; a new one in its place where its positions are not to be used
 * again; NULL if there is none.  Two inputs that read the same file have a
 * source each.
 */
struct source *checkpoint_find(struct checkpoint *c,
    const struct input_options *input, const struct identity *id);

/*
 * The same, of those that `fits`: two may have one identity after a file was
 * written anew in place.
 */
typedef bool checkpoint_fits(void *owner, const struct source *s);
struct source *
checkpoint_find_fitting(struct checkpoint *c, const struct input_options *input,
    const struct identity *id, checkpoint_fits *fits, void *owner);

/* Is a source of this file in it, for `input`, that is not gone? */
bool checkpoint_has(const struct checkpoint *c,
    const struct input_options *input, const struct identity *id);

/* All sources, linked by `next`. */
struct source *checkpoint_first(struct checkpoint *c);

/* Something of what it held is lost: what is not in it may have been read. */
bool checkpoint_was_damaged(const struct checkpoint *c);

/* Take over a new source of `input`; it is saved at once. */
void checkpoint_add(
    struct checkpoint *c, const struct input_options *input, struct source *s);

/*
 * Start saving what changed, unless a save is under way.  `urgent` also
 * starts another one right behind that.
 */
void checkpoint_save(struct checkpoint *c, bool urgent);

/* Wait for a save under way, save what is left, and close. */
void checkpoint_close(struct checkpoint *c);

#endif
