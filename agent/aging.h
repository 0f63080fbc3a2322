/*
 * How long a source is remembered that nobody reads.
 *
 * One that is gone (its file deleted, or other bytes in it) is kept for the
 * ends of its chains, where a loss shows in no line that follows, only by
 * comparing (`weir verify`); and so that it is known to be gone.  One that is
 * not is kept as long as its file is anywhere beside its old name, because it
 * may be read again.  Time is the agent's own activity, so that nothing goes
 * while no agent runs.
 */
#ifndef AGENT_AGING_H
#define AGENT_AGING_H

#include "agent/source.h"

#define AGING_KEEPS ((uint32_t)7 * 24 * 60 * 60) /* s: 7 days */

/* Chains of all sources that are gone, and these; the oldest make room. */
#define AGING_MAX ((size_t)10000)

/*
 * Look at `sources` at `now`, in s of activity and > 0: note since when
 * nobody reads one, and mark as expired what was kept long enough.  To be
 * called about once a minute.  Looks into the directories of files that may
 * be gone.  Returns how many had to make room.
 */
size_t aging_look(struct source *sources, uint32_t now);

#endif
