/*
 * Severities: RFC 5424, section 6.2.1, table 2.  The number is the code on
 * the wire of syslog; the word is the first word of a routing key.
 */
#ifndef RECORD_SEVERITY_H
#define RECORD_SEVERITY_H

#include "core/str.h"

enum severity {
	SEVERITY_EMERG,
	SEVERITY_ALERT,
	SEVERITY_CRIT,
	SEVERITY_ERR,
	SEVERITY_WARNING,
	SEVERITY_NOTICE,
	SEVERITY_INFO,
	SEVERITY_DEBUG,
};
#define SEVERITY_COUNT 8

/* The word of the code: "emerg" ... "debug". */
struct str severity_word(enum severity severity);

/*
 * The code for a word, in either case, as people and programs write it:
 * error, critical, warn, panic, fatal, information, trace ... as well as the
 * real ones.  0, or -1 if it is none.
 */
int severity_parse(struct str word, enum severity *out);

/*
 * As severity_parse, for a word that stands in a line of log: "fine", "config"
 * and "inf", which are English and a number, are levels in upper case only,
 * and "ERRO" or "DEBG" is one.
 */
int severity_stated(struct str word, enum severity *out);

#endif
