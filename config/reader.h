/*
 * The lines of a configuration file, through inih, with the grammar that we
 * promise and inih alone does not have:
 *
 * A line is a comment if its first non-blank is # or ;, else a [section], or
 * a key and a value around the first `=`.  Blanks around each mean nothing.
 * There are no comments behind values, no quotes and no continued lines.
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include <stdio.h>

#include "config/diagnostic.h"
#include "core/str.h"

/*
 * Called for every section as it starts (`key` is empty) and for every pair
 * in it.  `section` is "input nginx", one blank between its words; it is
 * empty before the first one, and READER_BAD_SECTION below a header that
 * was already found wrong.  Nothing outlives the call.
 */
typedef void reader_event(void *owner, int line, struct str section,
    struct str key, struct str value);

#define READER_BAD_SECTION "!"

/*
 * Read `in` to its end; what is wrong goes to `d` and is left out of the
 * events.
 */
void
reader_run(FILE *in, struct diagnostics *d, reader_event *event, void *owner);

#endif
