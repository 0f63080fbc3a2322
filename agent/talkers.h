/*
 * All connections of one input, and their limits: how many there may be, of
 * one address too, and how long one may be silent.
 */
#ifndef AGENT_TALKERS_H
#define AGENT_TALKERS_H

#include "agent/reception.h"
#include "agent/tls.h"

struct talkers;

struct talkers *talkers_new(uv_loop_t *loop, struct reception *r);

/*
 * Takes over `fd`, whom accept(2) named `address`.  Where there are too many,
 * closes it, counted.  `tls` outlives it; NULL: plain.
 */
void talkers_add(struct talkers *s, int fd, const struct sockaddr *address,
    const struct tls *tls);

const struct input_options *talkers_options(const struct talkers *s);

/* Read them, or let their senders wait. */
void talkers_listen(struct talkers *s, bool wanted);

/* Close them all: what has come is handed in. */
void talkers_free(struct talkers *s);

#endif
