/*
 * What Cisco's devices write in front of the tag of a message, instead of a
 * stamp and a host or as well as these: its number, their name, a second
 * number, the task, the card, and a stamp or how long they are up.
 *
 *	29: sw1: 000024: *Oct 11 22:14:15.003 UTC: %SYS-5-CONFIG_I: text
 *	29: 2001:db8::1: Oct 11 22:14:15: %SYS-5-CONFIG_I: text
 *	29: 3d02h: %LINK-3-UPDOWN: text
 *	*00:00:46: %LINK-3-UPDOWN: text
 *	29: sw1: %SYS-5-CONFIG_I: text				neither
 *	: 2003 Oct 11 22:14:15 UTC: %ETHPORT-5-IF_UP: text	NX-OS
 *	29: xr1 RP/0/RSP0/CPU0:Oct 11 22:14:15 UTC: app[12]: text	IOS XR
 *	wlc1: *task_0: Oct 11 22:14:15.003: %APF-3-AID: text
 */
#ifndef RECORD_CISCO_H
#define RECORD_CISCO_H

#include "record/record.h"
#include "record/zone.h"

/*
 * Take all that, the stamp included, off the front of `text`; nothing stands
 * behind it but a tag and the text.  Set time and host of `r` where they are
 * named.  1; 0, with all as it was, if it is not there; -1 if its stamp is no
 * time (record/rfc3164_time.h).
 */
int
cisco_take_front(struct str *text, const struct zone *zone, struct record *r);

/*
 * A relay wrote stamp and host of its own in front of it: pass over what
 * stands between these and a tag "%SYS-5-CONFIG_I:".  Its stamp is not read.
 */
void cisco_skip_front(struct str *text, const struct zone *zone);

#endif
