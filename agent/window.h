/*
 * The lines that were handed to the carrier and are not settled: the one
 * copy of their bytes, in the order of their ids.
 *
 * Invariants: a sealed line never changes and is sent again as it was; the
 * bytes held are at most the window's limit and one read.
 */
#ifndef AGENT_WINDOW_H
#define AGENT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/source.h"
#include "record/record.h"

struct window;

/* A line as it goes to the carrier: its id, then the encoded record. */
struct sealed {
	struct span *span;
	uint64_t id;
	size_t len;
	char bytes[];
};

struct window *window_new(size_t limit);

/* Copy the record; its span waits until the line is settled. */
void window_add(struct window *w, const struct record *r, struct span *span);

/* True: read nothing more for now. */
bool window_is_full(const struct window *w);
bool window_is_empty(const struct window *w);

/*
 * The next line to send: those to be sent again first, then in order of ids;
 * NULL when all are sent.  It stays where it is until it is settled.
 */
const struct sealed *window_next(struct window *w);

/* A new session: everything unsettled is to be sent, from the oldest on. */
void window_rewind(struct window *w);

/* The carrier answered for ids `first` to `last`; unknown ones are ignored. */
void window_settle(struct window *w, uint64_t first, uint64_t last);

/*
 * The carrier refused ids `first` to `last`: they are sent again, unchanged,
 * after the next window_retry.
 */
void window_refuse(struct window *w, uint64_t first, uint64_t last);
void window_retry(struct window *w);

/*
 * What window_is_full and the status show: lines and bytes held, and lines
 * settled since the beginning.
 */
struct window_stats {
	size_t lines;
	size_t bytes;
	uint64_t settled;
};
struct window_stats window_stats(const struct window *w);

/* Lets go of the lines and of their spans, without settling them. */
void window_free(struct window *w);

#endif
