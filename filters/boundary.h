/*
 * Where messages of several lines begin, by the user's own patterns
 * ([input] multiline_start, multiline_continue, multiline_next).
 */
#ifndef FILTERS_BOUNDARY_H
#define FILTERS_BOUNDARY_H

#include <stdbool.h>
#include <stdio.h>

#include "config/config.h"

struct boundary;

/*
 * The patterns of `input`, which must outlive it.  1; 0: it has none, and
 * `out` is NULL; -1, having said why: one is no good.
 */
int boundary_new(const struct input_options *input, struct boundary **out);

/* May a message of several lines begin with this one? */
bool boundary_begins(struct boundary *b, struct str line);

/*
 * Does `line` go on with the message whose last line is `before`?  A pattern
 * that reaches its limit does not match; that is said once.
 */
bool boundary_continues(struct boundary *b, struct str before, struct str line);

/*
 * Print what is wrong with the patterns of all inputs, a line each, as
 * FILE:LINE: [input NAME] key: ...; returns how many are no good.
 */
size_t boundary_check(const struct config *config, FILE *errors);

void boundary_free(struct boundary *b);

#endif
