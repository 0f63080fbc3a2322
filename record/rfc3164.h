/*
 * Syslog messages that are not RFC 5424's, behind their PRI.  RFC 3164 only
 * observed what was sent, and more has been sent since:
 *
 *	Oct 11 22:14:15 host app[12]: text	section 4.1
 *	Oct 11 22:14:15 app[12]: text		syslog(3) on a local socket
 *	Oct 11 22:14:15 host text		no tag
 *	Oct 11 22:14:15 last message repeated 2 times
 *	29: router: *Oct 11 22:14:15.003 UTC: %SYS-5-CONFIG_I: text
 *						and more of record/cisco.h
 *	Oct 11 2003 22:14:15 asa : %ASA-6-302013: text
 *	Oct 11 22:14:15 Message forwarded from host: app: text	AIX
 *	Oct 11 22:14:15 host app: [ID 702911 mail.info] text	Solaris
 *	Oct 11 22:14:15 <auth.info> host app: text		FreeBSD
 *	Oct 11 22:14:15 host auth|security:info app: text	AIX's files
 *	Oct 11 22:14:15 host notice app[12]: text		F5
 *	Oct 11 22:14:15 auth.info app[12]: text			OpenWrt's files
 *	Oct 11 22:14:15 host 00076 ports: text			ProCurve
 *	Oct 11 22:14:15 U7PG2,dc9f,v3.9: app: text		UniFi
 *	date=2003-10-11 time=22:14:15 devname="fw" ...		FortiGate
 *	app[12]: text				Docker
 *	app: text				Python's SysLogHandler
 *	text
 */
#ifndef RECORD_RFC3164_H
#define RECORD_RFC3164_H

#include <stdbool.h>

#include "record/record.h"
#include "record/zone.h"

/*
 * Set those fields of `r` that `text` states; they point into it, and others
 * stay as they were.  `*message` is what follows behind header and tag.
 * Stamps are read as rfc3164_take_time does, nearest to r->received.  With
 * `has_pri` the levels that some have in their text do not count, and "app:"
 * needs no stamp in front of it, unless it is a word for a severity.
 *
 * What a program of this host wrote to a socket of it, which r->peer says
 * ("uid 1000"), behind a stamp as syslog(3) writes it, names no host but
 * r->host, and its tag may be of several words: "Oct 11 22:14:15 my app: text".
 *
 * Returns 1 if it begins with a stamp or with a tag that is sure, 0 if it is
 * just text, -1 if its stamp is no time.  All three are messages: RFC 3164,
 * section 4.3.
 */
int rfc3164_parse(struct str text, bool has_pri, const struct zone *zone,
    struct record *r, struct str *message);

#endif
