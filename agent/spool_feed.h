/*
 * From a spool to the router: its records are read and routed as agent/tail
 * does it with the lines of a file, messages of several lines included.  What
 * cannot be read is passed over, said and counted.
 */
#ifndef AGENT_SPOOL_FEED_H
#define AGENT_SPOOL_FEED_H

#include "agent/gather.h"
#include "agent/input.h"
#include "agent/spool_reader.h"

struct spool_feed {
	struct input_context context;
	struct spool_directory *directory;
	struct source *source;
	struct spool_reader reader;
	struct gather gather;
	struct level level; /* of a line in parts */
	bool ended; /* nothing more will be spooled */
	uint64_t damaged; /* places where something could not be read, */
	uint64_t lost; /* and their bytes */
	uint64_t told; /* the segment of which that was last said, + 1 */
};

/*
 * Read `directory` on behalf of `source` from its `safe` on.  `f` must stay
 * where it is; all else outlives it.
 */
void spool_feed_start(struct spool_feed *f, const struct input_context *context,
    struct spool_directory *directory, struct source *source);

/* The place up to which all was read. */
uint64_t spool_feed_at(const struct spool_feed *f);

/*
 * Route about 64 KiB of what stands in front of the place `end`, behind which
 * nothing is written yet; true: there is more to do now.  A message to which
 * nothing will be added, or that has waited long enough, ends where all is
 * read: that is made durable first, and another turn is due when it is.
 */
bool spool_feed_turn(struct spool_feed *f, uint64_t end);

/* Is a turn worth while? */
bool spool_feed_has_work(const struct spool_feed *f, uint64_t end);

/* All that can be routed now is. */
bool spool_feed_is_drained(const struct spool_feed *f, uint64_t end);

void spool_feed_clear(struct spool_feed *f);

#endif
