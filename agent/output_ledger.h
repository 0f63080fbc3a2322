/*
 * Which files a stream of this host writes, from the database in which its
 * collector notes them before it writes their first byte
 * (docs/architecture.md, "Streams and commits").
 */
#ifndef AGENT_OUTPUT_LEDGER_H
#define AGENT_OUTPUT_LEDGER_H

#include <stdbool.h>

#include "core/identity.h"

struct output_ledger;

struct output_ledger *output_ledger_new(const char *state, const char *stream);

/*
 * Is the file in it?  `again`: look once more if not, because it may just
 * have been noted.  A ledger that cannot be read has none.
 */
bool output_ledger_has(
    struct output_ledger *l, const struct identity *file, bool again);

/* What it held may be old. */
void output_ledger_forget(struct output_ledger *l);

void output_ledger_free(struct output_ledger *l);

#endif
