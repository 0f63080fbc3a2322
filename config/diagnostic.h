/*
 * What is wrong with a configuration file: collected while it is read and
 * checked, printed in the order of its lines.
 */
#ifndef CONFIG_DIAGNOSTIC_H
#define CONFIG_DIAGNOSTIC_H

#include <stddef.h>
#include <stdio.h>

#include "core/buffer.h"
#include "core/str.h"

struct diagnostic;

struct diagnostics {
	struct diagnostic *items;
	size_t count;
};

/* Add one sentence about `line` (0: about the file as a whole). */
void diagnostic_add(struct diagnostics *d, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Print all as "FILE:LINE: SENTENCE". */
void diagnostic_print(struct diagnostics *d, const char *file, FILE *out);

/* Append the user's own words in quotes, cut where they are long. */
void diagnostic_quote(struct buffer *out, struct str words);

void diagnostic_clear(struct diagnostics *d);

#endif
