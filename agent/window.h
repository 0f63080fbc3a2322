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
struct held_key;

/* A line as it goes to the carrier: its id, then the encoded record.  Who sends
 * it once more may give it another id; nothing else of it ever changes. */
struct sealed {
	struct span *span;
	uint64_t number; /* in the order in which lines were read */
	struct sealed *next; /* of those held (agent/held.h) */
	struct held_key *tried; /* held until now: how will this one fare? */
	bool unroutable; /* nobody is bound: it will be confirmed, and gone */
	uint64_t id;
	size_t len;
	char bytes[];
};

/* `limit`: bytes under way; `hold`: bytes that wait for a queue. */
struct window *window_new(size_t limit, size_t hold);

/* Copy the record; its span waits until the line is settled. */
void window_add(struct window *w, const struct record *r, struct span *span);

/* True: read nothing more for now. */
bool window_is_full(const struct window *w);
bool window_is_empty(const struct window *w);

/*
 * The next line to send, in order of ids; NULL when all are sent.  It stays
 * where it is until it is answered for.
 */
const struct sealed *window_next(struct window *w);

/* A new session: everything unsettled is to be sent, from the oldest on. */
void window_rewind(struct window *w);

/* The carrier answered for ids `first` to `last`; unknown ones are ignored. */
void window_settle(struct window *w, uint64_t first, uint64_t last);

/*
 * The carrier refused ids `first` to `last`: they are sent again after the next
 * window_retry, unchanged but for the id, and behind all others.
 */
void window_refuse(struct window *w, uint64_t first, uint64_t last);
void window_retry(struct window *w);

/*
 * Nobody is bound for the line `id`: it is held outside of the window's
 * limit, with all that follow under its key.
 */
void window_hold(struct window *w, uint64_t id);

/* Send one line of each key that is held again, of a hundred at a time.  When
 * it gets through the others follow. */
void window_try_held(struct window *w);

/* No more of this source: it has lines held, and there are enough of those. */
bool window_holds_up(const struct window *w, const struct source *s);

/* The line, to be set aside before it is settled; NULL if there is none. */
const struct sealed *window_find(const struct window *w, uint64_t id);

/* Nobody is bound for the line `id`.  True if that is news. */
bool window_mark_unroutable(struct window *w, uint64_t id);

struct str sealed_key(const struct sealed *line);

/* What a line takes of a limit. */
size_t sealed_cost(const struct sealed *line);

/*
 * What window_is_full and the status show: lines and bytes held, and lines
 * settled since the beginning.
 */
struct window_stats {
	size_t lines;
	size_t bytes;
	uint64_t settled;
	uint64_t unroutable; /* of those settled */
	size_t held; /* lines, not among `lines` */
};
struct window_stats window_stats(const struct window *w);

/* When the oldest of them was read (ns since the epoch); 0: there is none. */
int64_t window_oldest(const struct window *w);

/* Lets go of the lines and of their spans, without settling them. */
void window_free(struct window *w);

#endif
