/*
 * A source is one incarnation of something readable; a span is what one read
 * took from it.  Spans are the heart of the agent's account: each counts the
 * records cut from it that are not settled, and `safe` moves over settled
 * spans from the front.
 *
 * Invariant: every byte of the source below safe.offset was confirmed by the
 * carrier or dropped by a filter.  Nothing else is ever saved.
 */
#ifndef AGENT_SOURCE_H
#define AGENT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/chains.h"
#include "agent/marks.h"
#include "core/hash.h"
#include "core/identity.h"
#include "core/random.h"

struct source_index;
struct span;

/* What may have been published of the bytes above `safe`. */
enum source_state {
	SOURCE_SETTLED, /* nothing */
	SOURCE_OPEN, /* lines, as its `setup` makes them */
	SOURCE_STALE, /* lines, and nobody knows whether of these bytes */
	SOURCE_GONE, /* the same; and nobody can read it again */
};

struct source {
	char id[RANDOM_ID_LEN + 1];
	struct identity identity;
	char *input; /* name of the [input] that reads it */
	char *path; /* last known */
	uint64_t start; /* nothing below was ever published under this id */
	struct position safe;
	struct position reached; /* end of the last span; >= safe */
	/*
	 * Where the first lines stood, or the first KiB of them: durable before
	 * one of them is published, so that the file is known again also while
	 * `safe` is in front of it.  At offset 0: nothing was published.
	 */
	struct position head;
	uint64_t head_saved; /* its offset, as far as it is durable */
	uint64_t saved; /* offset of the `safe` that is durable */
	/* Ends of spans: whoever begins there makes the lines that were made
	 * of it under `setup`, if that is not before `since`. */
	struct marks marks;
	struct span *first, *last; /* spans that are not settled, in order */
	uint64_t spans; /* opened so far */
	struct chains chains;
	uint64_t chain_sum; /* of the sums of their rows, by exclusive or */
	/*
	 * A cut made by time, not by bytes: where a line without its LF was
	 * taken for ended.  It stands in the checkpoint before it is published,
	 * so that it is made there again.
	 */
	uint64_t cut;
	bool cut_recorded;
	uint64_t setup; /* fingerprint of what makes lines of its bytes */
	uint64_t since; /* the offset from which on that is so */
	enum source_state state; /* as found in the checkpoint */
	bool recorded; /* the id is durable: lines may be published */
	bool changed; /* since it was last saved */
	bool saving; /* is part of the save under way */
	bool attached; /* somebody reads it */
	size_t held; /* lines that wait for a queue (agent/held.h) */
	int fd; /* through this, his; -1: it is no file, or nobody does */
	bool read_up; /* to its end, since it was attached */
	bool gone; /* nobody can read it again: kept for its chains' ends */
	bool expired; /* to be deleted when nothing refers to it */
	/* s of the agent's activity since which nobody reads it
	 * (agent/aging.h); 0: that is not known, or somebody does. */
	uint32_t idle;
	uint32_t idle_saved;
	struct source *next; /* in its checkpoint */
	struct source_index *index; /* that it is in (agent/source_index.h) */
	UT_hash_handle by_identity;
	struct source *alike; /* the next one of the same identity */
};

/* A new incarnation with a fresh id, at offset 0. */
struct source *source_new(
    const char *input, const struct identity *identity, const char *path);

/* All that is to be saved of it is to be saved again. */
void source_save_all(struct source *s);

/* Nobody can read it again: what was published of it is all there will be. */
void source_end(struct source *s);

/* What its file is recognised by: the bytes before `reached`, or those of its
 * head. */
const struct position *source_known_by(const struct source *s);

/* True when every span is settled. */
bool source_is_settled(const struct source *s);

/* Its spans go with it: what they held was never saved and comes again. */
void source_free(struct source *s);

/* Open a span behind all others of the source. */
struct span *span_open(struct source *s);

struct source *span_source(const struct span *span);

/* One more record of the span waits to be settled. */
void span_hold(struct span *span);

/*
 * The span's record that ends at `pos` is the last one of `chain`, until
 * another: so far the chain has come when `safe` is past the span.
 */
void span_mark(struct span *span, struct chain *chain, uint64_t pos);

/* One record less.  May free the span and move `safe`. */
void span_settle(struct span *span);

/* All records were cut; the next read begins at `end`. */
void span_close(struct span *span, const struct position *end);

#endif
