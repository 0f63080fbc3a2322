/*
 * The severity that a plain line states about itself.  Asked in this order,
 * after what carried the line here has been passed over (record/front.h):
 * syslog's priority at its very start, which also sets the facility; JSON's
 * "level" and its kin; the forms in which one letter is a level (klog,
 * Android, ...); the forms of single programs and layouts (Cisco, "INFO
 * 2024-01-02"), of tools (npm, ...); databases; a level word that is bracketed,
 * delimited, upper-case or a column near the start of the line ("[error]",
 * "WARN", "error:").  Never a bare substring:
 * "error=nil" and "0 errors" say nothing.
 *
 * docs/severity.md says how well this does on lines of real programs.
 */
#ifndef RECORD_DETECT_H
#define RECORD_DETECT_H

#include "record/record.h"

/*
 * Set r->severity (and r->facility, where a priority says it) from r->body.
 * Returns 1 if the line said so, 0 if it does not and `r` is unchanged.
 * Looks at a bounded number of bytes at the start: 512, except that JSON
 * keys are found within the first 4 KiB.
 */
int detect_severity(struct record *r);

#endif
