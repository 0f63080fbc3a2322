/*
 * How long to wait before the next attempt: full jitter, so that a fleet
 * does not come back as one, between half a second and a ceiling that
 * doubles with each failure up to `max`.
 */
#ifndef BROKER_BACKOFF_H
#define BROKER_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
	int64_t max; /* ns */
	int64_t ceiling; /* ns; 0: no failure yet */
};

/*
 * ns to wait after one more failure.  `hopeless`: nothing but a person can
 * mend it (wrong password, wrong type of exchange), so go to `max` at once.
 */
int64_t backoff_next(struct backoff *b, bool hopeless);

/* It worked, and went on working. */
void backoff_reset(struct backoff *b);

/*
 * What now ended had lasted so many ns: a minute or more, and it was a good
 * one, so that the failures before it are forgotten.
 */
void backoff_lasted(struct backoff *b, int64_t lasted);

#endif
