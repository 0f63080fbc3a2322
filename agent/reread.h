/*
 * The lines of one chain in a range of its file, once more: the same bytes,
 * cut, filtered and given keys as they were the first time.
 */
#ifndef AGENT_REREAD_H
#define AGENT_REREAD_H

#include "agent/checkpoint.h"
#include "agent/router.h"
#include "config/config.h"

struct reread;

/* Lines of the chain `key` with from < pos <= to. */
struct reread_range {
	struct str key;
	uint64_t from, to;
};

/* A line of it, with its place in the chain; valid during the call. */
typedef void reread_line(void *owner, const struct record *r);

/*
 * Open what `source` was read from, be it renamed since.  Nothing of the
 * arguments is referred to afterwards but `config`.  Returns NULL, and a
 * sentence in `why`, if the lines are gone for good: the file is, or its
 * bytes are others; or (`*for_now`) if that cannot be told, because nobody
 * may look, or nothing is mounted there.
 */
struct reread *
reread_open(const struct config *config, const struct source *source,
    const struct reread_range *range, const char **why, bool *for_now);

/*
 * Read on, once: `line` is called for each line found.  1: there is more;
 * 0: that was all; -1, and `why`: what was read is not what was published,
 * or cannot be read.
 */
int
reread_turn(struct reread *r, reread_line *line, void *owner, const char **why);

/* From the first line of the range again. */
void reread_rewind(struct reread *r);

void reread_close(struct reread *r);

#endif
