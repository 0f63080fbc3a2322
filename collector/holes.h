/*
 * Says which holes are open: each once, when it has been so for ten seconds,
 * and not more than a few lines a minute however many there are.
 */
#ifndef COLLECTOR_HOLES_H
#define COLLECTOR_HOLES_H

#include "collector/known.h"

/* Lines that only took another way come within this. */
#define HOLE_PATIENCE (INT64_C(10) * 1000000000)
#define HOLES_SAID_MAX 5 /* a minute */

struct holes {
	int64_t minute; /* monotonic: when it began */
	unsigned said; /* in this minute */
	uint64_t unsaid; /* in this minute, beyond that */
};

/* To be called about once a second; `now` is monotonic. */
void holes_look(struct holes *h, struct known *c, int64_t now);

#endif
