/*
 * The outputs of one stream by name, each with the bytes that wait for it.
 *
 * All of this belongs to the loop's thread, except `writing` and `sink` of
 * those outputs that outputs_take or outputs_retire handed to a commit:
 * these are the commit's until it is over.  So a commit writes one buffer
 * while the other collects.
 *
 * An output stays in the table while it has bytes or an open sink; how many
 * are open is bounded, whatever records make up as names.
 */
#ifndef COLLECTOR_OUTPUTS_H
#define COLLECTOR_OUTPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/sink.h"
#include "config/config.h"
#include "core/buffer.h"
#include "core/hash.h"

/* Files open at once, one more during a commit of more than these; fewer
 * where descriptors are few. */
#define OUTPUTS_OPEN_MAX 256
/* A file not written for so long is closed at the next commit. */
#define OUTPUTS_IDLE_MS (10 * 60 * 1000)

struct output {
	struct buffer pending;
	struct buffer writing;
	struct sink *sink;
	struct output *next_pending;
	struct output *next; /* of the list handed to a commit */
	uint64_t used; /* ms, of the last take */
	UT_hash_handle hh;
	char name[];
};

struct outputs {
	enum stream_type type;
	const struct sink_place *place;
	size_t open_max; /* OUTPUTS_OPEN_MAX, or less */
	struct output *table; /* in order of use, the oldest first */
	struct output *first, **last; /* those with pending bytes */
	struct buffer spare; /* memory for the next to start pending */
};

/*
 * `place` must outlive it.  Each of `streams` opens as many as all others,
 * and leaves as many descriptors for the rest of the process.
 */
void outputs_init(struct outputs *o, enum stream_type type,
    const struct sink_place *place, size_t streams);

/* The output of that name, made if there is none. */
struct output *outputs_find(struct outputs *o, const char *name);

size_t outputs_count(const struct outputs *o);

/*
 * The buffer to append to.  At least one byte must be appended before the
 * next call of anything here.
 */
struct buffer *outputs_pending(struct outputs *o, struct output *output);

/* Turn all pending bytes into `writing`; returns those that have some. */
struct output *outputs_take(struct outputs *o, uint64_t now);

/*
 * Take out of the table what should be closed: the least recently used past
 * `open_max`, and those idle for OUTPUTS_IDLE_MS; with `all` every
 * output that has nothing to write.  To be called after outputs_take.
 */
struct output *outputs_retire(struct outputs *o, bool all, uint64_t now);

/*
 * Take back the list of outputs_take, written.  Those that `are_closed` and
 * have nothing new are forgotten.
 */
void outputs_return(struct outputs *o, struct output *written, bool are_closed);

/* Close and free the list of outputs_retire. */
void outputs_discard(struct output *retired);

void outputs_clear(struct outputs *o);

#endif
