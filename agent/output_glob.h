/*
 * The files that a stream's path template may make, as a pattern of
 * agent/glob.h: what a record or the time decides is a `*`.
 */
#ifndef AGENT_OUTPUT_GLOB_H
#define AGENT_OUTPUT_GLOB_H

#include <stdbool.h>

#include "config/config.h"

/* The pattern of `template`; the caller frees it. */
char *output_glob(const char *template);

/* It always makes the same name. */
bool output_is_fixed(const char *template);

/*
 * May some path match both patterns?  Where a range of characters decides
 * the answer is yes.
 */
bool output_glob_meets(const char *a, const char *b);

/* May the input follow a file that the stream writes? */
bool output_may_be_input(
    const struct stream_options *stream, const struct input_options *input);

#endif
