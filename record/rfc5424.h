/*
 * Syslog messages of version 1 (RFC 5424, section 6), behind their PRI:
 *
 *	1 2003-10-11T22:14:15.003Z host app 8710 ID47 [id a="b"] text
 */
#ifndef RECORD_RFC5424_H
#define RECORD_RFC5424_H

#include <stdbool.h>

#include "record/record.h"
#include "record/zone.h"

/*
 * Does `text` begin with VERSION and what may be a TIMESTAMP?  Then it is
 * such a message, however wrong the rest of it.
 */
bool rfc5424_is(struct str text);

/*
 * Set time, host, program, pid, msgid and data of `r` from `text`, for which
 * rfc5424_is; they point into it.  A NILVALUE and what is missing are empty,
 * and leave the time as it was.  `*message` is MSG, its BOM included.
 *
 * False if the RFC does not allow it as it is (a field too long, a time that
 * is none, data that break off ...); what can be read is set all the same: of
 * the time also what RFC 3164's stamps may be (record/rfc3164_time.h), in
 * `zone` if it names none.
 */
bool rfc5424_parse(struct str text, const struct zone *zone, struct record *r,
    struct str *message);

#endif
