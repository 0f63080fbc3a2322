/*
 * From the records of a spool to the router: the same as agent/tail does with
 * the lines of a file, messages of several lines included.
 */
#ifndef AGENT_SPOOL_FEED_H
#define AGENT_SPOOL_FEED_H

#include "agent/checkpoint.h"
#include "agent/gather.h"
#include "agent/segment.h"

struct spool_feed {
	struct gather gather;
	struct level level; /* of a line in parts */
	struct source *source;
	struct checkpoint *checkpoint;
	bool ended; /* nothing more will be spooled */
};

/* Records of `source` from its `safe` on.  `f` must stay where it is. */
void spool_feed_start(struct spool_feed *f, struct router *router,
    struct source *source, struct checkpoint *checkpoint);

/* A read begins at the place `at`. */
void spool_feed_begin(struct spool_feed *f, uint64_t at);

/* A record of it, or a gap where none could be read, ends at `at`. */
void spool_feed_entry(struct spool_feed *f, const struct entry *e, uint64_t at);
void spool_feed_gap(struct spool_feed *f, uint64_t at);

void spool_feed_end(struct spool_feed *f);

/*
 * All is read, up to `at`.  Is a message held to which nothing will be added,
 * or that waited long enough?  Then it ends there: that is made durable first,
 * so ask again when it is.
 */
bool spool_feed_is_due(const struct spool_feed *f, uint64_t at);
void spool_feed_finish(struct spool_feed *f, uint64_t at);

void spool_feed_clear(struct spool_feed *f);

#endif
