/*
 * FortiGate's messages, which are pairs of keys and values and no header:
 *
 *	date=2003-10-11 time=22:14:15 devname="fw1" devid="FG100" tz="+0200"
 */
#ifndef RECORD_FORTIGATE_H
#define RECORD_FORTIGATE_H

#include <stdbool.h>

#include "record/record.h"
#include "record/zone.h"

/*
 * Set time (of `zone`, unless the message names one) and host of `r`; false,
 * with `r` as it was, if `text` is none of these.
 */
bool
fortigate_parse(struct str text, const struct zone *zone, struct record *r);

#endif
