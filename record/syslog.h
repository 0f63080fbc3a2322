/*
 * What a syslog message says of itself, whatever it is: RFC 5424, RFC 3164 as
 * it is really written, or no more than text.  No message is refused, and
 * none changed: the body of its record is the message as it came, PRI and
 * all.
 */
#ifndef RECORD_SYSLOG_H
#define RECORD_SYSLOG_H

#include "record/record.h"
#include "record/zone.h"

/* What it says that a record has no field for. */
struct syslog {
	struct str message; /* MSG: what stands behind the header */
	bool has_pri; /* severity and facility are its own */
};

/*
 * Read r->body, which came at r->received.  Fields that it states are set and
 * point into it; the others stay as they were, but for RFC 5424's NILVALUE
 * ("-"), which empties one.  Without a valid PRI severity and facility stay;
 * whoever calls puts the defaults there (RFC 3164, section 4.3.3: user.notice).
 *
 * Sets RECORD_MALFORMED where neither RFC allows what is there: it begins
 * like a PRI, a header of RFC 5424 or a stamp, and is none; or it is empty.
 */
void
syslog_parse(const struct zone *zone, struct record *r, struct syslog *out);

/*
 * The address in a record's `peer`: "192.0.2.7" of "192.0.2.7:514",
 * "2001:db8::1" of "[2001:db8::1]:514"; empty if it is none ("uid 1000").
 */
struct str syslog_peer_address(struct str peer);

#endif
