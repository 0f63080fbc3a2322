/*
 * What was given up of a stream's chains: bytes (from, to] that nobody can
 * send any more.  For whoever asks what is missing they are settled; for a
 * line they mean nothing: one that comes after all, from a queue where it was
 * held, is new and is written.  That is why they are kept beside what was
 * seen (collector/known.h) and never become part of it.
 *
 * A chain may be here of which no line ever came.
 */
#ifndef COLLECTOR_GIVEN_UP_H
#define COLLECTOR_GIVEN_UP_H

#include "collector/intervals.h"
#include "collector/origins.h"

/* Ranges of all chains together. */
#define GIVEN_UP_MAX ((size_t)65536)

/* Of one chain. */
struct given_up {
	UT_hash_handle hh; /* its order: the one looked at longest ago first */
	struct intervals ranges; /* never empty */
	uint32_t since; /* s of the ledger's activity */
	bool is_changed; /* no cut has it */
	uint8_t key_len;
	char name[]; /* the source's id, then the key */
};

/* A zeroed struct is empty. */
struct given_up_set {
	struct given_up *table;
	size_t ranges;
	size_t changed; /* chains */
};

/* NULL: nothing of that chain. */
struct given_up *given_up_find(
    const struct given_up_set *set, const unsigned char *id, struct str key);

/*
 * Give up a range as well, at `now` (s of the ledger's activity).  NULL if
 * there is no room for another one.
 */
struct given_up *given_up_add(struct given_up_set *set, const unsigned char *id,
    struct str key, struct interval range, uint32_t now);

/*
 * As it was stored: takes over `ranges`.  NULL if there is one already, or no
 * room.
 */
struct given_up *
given_up_restore(struct given_up_set *set, const unsigned char *id,
    struct str key, struct intervals *ranges, uint32_t since);

/* It is the last to be looked at again. */
void given_up_renew(struct given_up_set *set, struct given_up *g, uint32_t now);

/* All of the range was given up; `g` may be NULL. */
bool given_up_has(const struct given_up *g, struct interval range);

struct str given_up_key(const struct given_up *g);

void given_up_remove(struct given_up_set *set, struct given_up *g);
void given_up_clear(struct given_up_set *set);

#endif
