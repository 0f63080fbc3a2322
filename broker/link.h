/*
 * How the agent's reader and what carries its lines talk, over a core/pair.
 * The carrier is the shipper (broker/ship.h) or, without a broker, the
 * embedded router (broker/local.h); the reader cannot tell them apart.
 *
 *	carrier: UP n           ready; everything unconfirmed is wanted again
 *	reader:  RESUME n       what follows is meant for session n
 *	reader:  PUBLISH ...    each with an id, rising
 *	carrier: CONFIRMED ...  these are safe
 *	carrier: REFUSED ...    these are not; send them again, later
 *	carrier: UNROUTABLE n   safe nowhere: nobody is bound.  CONFIRMED
 *	                        follows, and is nothing to who holds the line
 *	carrier: POISON n why   the broker will not have this one, ever
 *	carrier: BLOCKED why    alive, but the broker takes nothing; "" it does
 *	carrier: DOWN why       until the next UP nothing will be confirmed
 *	carrier: ALIVE          once a second, whatever happens
 *
 * Either side ends by closing.
 */
#ifndef BROKER_LINK_H
#define BROKER_LINK_H

#include <stdint.h>

#include "core/pair.h"
#include "record/record.h"

enum link_packet {
	LINK_UP = 1, /* uint64_t session, from 1 */
	LINK_RESUME, /* uint64_t session */
	LINK_PUBLISH, /* uint64_t id, then the encoded record */
	LINK_CONFIRMED, /* struct link_range [] */
	LINK_REFUSED, /* struct link_range [] */
	LINK_UNROUTABLE, /* uint64_t id */
	LINK_POISON, /* uint64_t id, then text */
	LINK_BLOCKED, /* text */
	LINK_DOWN, /* text */
	LINK_ALIVE,
};

/* Ids from first to last, both included. */
struct link_range {
	uint64_t first;
	uint64_t last;
};

/* Ids on their way back, joined while they follow each other. */
struct link_ranges {
	struct link_range ranges[64];
	size_t count;
};

void link_send_number(struct pair *p, enum link_packet type, uint64_t number);
void link_send_text(struct pair *p, enum link_packet type, const char *text);

/* Read what link_send_number wrote.  0, or -1 if `payload` is not that. */
int link_read_number(struct str payload, uint64_t *number);

/* A LINK_POISON, and the reading of one: 0, or -1 if it is none. */
void link_send_poison(struct pair *p, uint64_t id, const char *why);
int link_read_poison(struct str payload, uint64_t *id, struct str *why);

/*
 * Read a LINK_PUBLISH; `r` points into `payload`.  0, or -1 if it is not one.
 */
int link_read_publish(struct str payload, uint64_t *id, struct record *r);

/* Add one id; a full set is sent first. */
void link_ranges_add(
    struct link_ranges *r, struct pair *p, enum link_packet type, uint64_t id);

/* Send the set, if there is anything in it, and empty it. */
void
link_ranges_send(struct link_ranges *r, struct pair *p, enum link_packet type);

#endif
