/*
 * What survives the agent: for each source its id, what it is recognised by
 * and where it is safe (agent/source.h).  SQLite in the state directory; a
 * checksum in every row, because SQLite does not notice flipped bits.
 *
 * Saving runs as a work item of the loop, one at a time.  A save that fails
 * is said and tried again a second later; shipping goes on.
 */
#ifndef AGENT_CHECKPOINT_H
#define AGENT_CHECKPOINT_H

#include <uv.h>

#include "agent/source.h"

struct checkpoint;

/* New ids became durable: their sources may be read. */
typedef void checkpoint_recorded(void *owner);

/*
 * Open (and lock) DIRECTORY/checkpoint.db and load it.  Returns NULL, having
 * said why, when the directory cannot be used or another agent has it.
 */
struct checkpoint *checkpoint_open(uv_loop_t *loop, const char *directory,
    checkpoint_recorded *recorded, void *owner);

/*
 * The saved source that nobody reads yet with this identity; NULL if there
 * is none.
 */
struct source *checkpoint_find(struct checkpoint *c, const struct identity *id);

/* All sources, linked by `next`. */
struct source *checkpoint_first(struct checkpoint *c);

/* Take over a new source; it is saved at once. */
void checkpoint_add(struct checkpoint *c, struct source *s);

/*
 * Start saving what changed, unless a save is under way.  `urgent` also
 * starts another one right behind that.
 */
void checkpoint_save(struct checkpoint *c, bool urgent);

/* Wait for a save under way, save what is left, and close. */
void checkpoint_close(struct checkpoint *c);

#endif
