/*
 * The stamps of messages that are not RFC 5424's, as they are really written:
 *
 *	Oct 11 22:14:15			RFC 3164, section 4.1.2
 *	Oct  1 2003 22:14:15.003	Cisco's ASA, Juniper
 *	Sat Oct 11 22:14:15 2003	ctime(3)
 *	2003 Oct 11 22:14:15.003	Cisco's NX-OS
 *	2003-10-11T22:14:15.003+02:00	rsyslog, syslog-ng; also with a blank
 *	*Oct 11 22:14:15.003 UTC:	Cisco's IOS: '*' and '.' say that the
 *					clock is not to be trusted; it is
 */
#ifndef RECORD_RFC3164_TIME_H
#define RECORD_RFC3164_TIME_H

#include "record/zone.h"

/*
 * Take one off the front of `text`, with a zone behind it if there is one.
 * 1, and ns since the epoch; 0, with `text` as it was, if there is none; -1
 * if what stands there, and is taken, is no time: 2026-02-30, or a 29th of
 * February with no leap year near `received`.
 *
 * A stamp without a year is of the year that brings it nearest to `received`
 * (ns since the epoch), one without a zone of `zone`.
 */
int rfc3164_take_time(
    struct str *text, const struct zone *zone, int64_t received, int64_t *ns);

#endif
