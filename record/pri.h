/*
 * <PRI>: facility times 8 plus severity, 0 to 191, without leading zeros
 * (RFC 5424, section 6.2.1; RFC 3164, section 4.1.1).
 */
#ifndef RECORD_PRI_H
#define RECORD_PRI_H

#include <stdbool.h>

#include "record/record.h"

/*
 * Take one off the front of `text` and set severity and facility of `r`.
 * False if there is none that is valid; nothing is changed then.
 */
bool pri_take(struct str *text, struct record *r);

#endif
