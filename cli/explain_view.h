/*
 * What `weir explain` says to people, of what agent/explain.h found.
 */
#ifndef CLI_EXPLAIN_VIEW_H
#define CLI_EXPLAIN_VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "core/json.h"

/* `running`: `page` is an agent's, not ours.  A sentence, then a table for
 * each input that wants the file, or nearly. */
void explain_print(const struct json *page, bool running, FILE *out);

/* Some input follows it, or will. */
bool explain_is_shipped(const struct json *page);

#endif
