/*
 * key=value pairs at the start of a line (logfmt), of which one may be its
 * level.  A lone "level=error" in front of prose is a message about levels.
 */
#ifndef RECORD_PAIR_H
#define RECORD_PAIR_H

#include "record/place.h"
#include "record/severity.h"

/*
 * Take the pair that `t` starts, its '=' being at `equals`, with its quoted
 * value.  1: it is the line's level; 0: it is another; -1: it is not closed,
 * or a level where none belongs.
 */
int pair_take(struct place *p, const struct token *t, const char *equals,
    enum severity *out);

#endif
