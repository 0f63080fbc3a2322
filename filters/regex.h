/*
 * Regular expressions: PCRE2, compiled once, with JIT where the machine has
 * it; match and depth limits are always set, so that no pattern can stop a
 * process.  Subjects are bytes and need not be UTF-8.
 */
#ifndef FILTERS_REGEX_H
#define FILTERS_REGEX_H

#include <stdbool.h>
#include <stdio.h>

#include "core/str.h"

struct regex;

/*
 * Compile `pattern`.  On failure returns NULL and writes what is wrong and
 * where ("at byte 7: missing closing parenthesis") to `error`.
 */
struct regex *regex_new(
    const char *pattern, bool ignore_case, char *error, size_t error_size);

/* 1: found in `subject`; 0: not; -1: gave up at a limit. */
int regex_match(struct regex *regex, struct str subject);

void regex_free(struct regex *regex);

#endif
