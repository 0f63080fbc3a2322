/*
 * Facilities: RFC 5424, section 6.2.1, table 1, by the names of rsyslog and
 * syslog.h where the RFC has only a description; 12-15 are pinned as ntp,
 * audit, alert, clock.
 */
#ifndef RECORD_FACILITY_H
#define RECORD_FACILITY_H

#include "core/str.h"

enum facility {
	FACILITY_KERN,
	FACILITY_USER,
	FACILITY_MAIL,
	FACILITY_DAEMON,
	FACILITY_AUTH,
	FACILITY_SYSLOG,
	FACILITY_LPR,
	FACILITY_NEWS,
	FACILITY_UUCP,
	FACILITY_CRON,
	FACILITY_AUTHPRIV,
	FACILITY_FTP,
	FACILITY_NTP,
	FACILITY_AUDIT,
	FACILITY_ALERT,
	FACILITY_CLOCK,
	FACILITY_LOCAL0,
	FACILITY_LOCAL7 = FACILITY_LOCAL0 + 7,
};
#define FACILITY_COUNT 24

/* The word of the code: "kern" ... "local7". */
struct str facility_word(enum facility facility);

/*
 * The code for a word in either case, aliases included (security = auth,
 * kernel = kern ...).  0, or -1 if it is none.
 */
int facility_parse(struct str word, enum facility *out);

#endif
