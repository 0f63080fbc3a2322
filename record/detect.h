/*
 * The severity that a plain line states about itself.  Recognised, in this
 * order: <PRI> at its very start (RFC 5424, section 6.2.1; also sets the
 * facility), a JSON object's "level" or "severity" key (a word, or Bunyan's
 * and pino's numbers), a level word that is bracketed, delimited or
 * upper-case near the start of the line ("[error]", "WARN", "E:" ...).
 * Never a bare substring: "error=nil" and "0 errors" say nothing.
 */
#ifndef RECORD_DETECT_H
#define RECORD_DETECT_H

#include "record/record.h"

/*
 * Set r->severity (and r->facility for <PRI>) from r->body.  Returns 1 if
 * the line said so, 0 if it does not and `r` is unchanged.  Looks at a
 * bounded number of bytes at the start, except that JSON keys are found
 * within the first 4 KiB.
 */
int detect_severity(struct record *r);

#endif
