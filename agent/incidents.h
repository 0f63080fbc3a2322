/*
 * What happened to the bytes of an input besides becoming lines.  Counted, so
 * that nothing that is left out is left out in silence.
 */
#ifndef AGENT_INCIDENTS_H
#define AGENT_INCIDENTS_H

#include <stdint.h>

#include "core/json.h"

struct incidents {
	uint64_t truncations; /* of files, or written anew in place */
	uint64_t hole_bytes; /* NULs that no writer wrote */
	uint64_t lost_bytes; /* known to have been there, never read */
	uint64_t unopened; /* files that came and went in between */
	uint64_t damaged; /* places in compressed files */
	uint64_t unconverted; /* bytes that are nothing in their encoding */
};

/* Those that happened, as members of `row`. */
void incidents_set(const struct incidents *i, struct json *row);

/* The same to the log, if there are any. */
void incidents_log(const struct incidents *i, const char *input);

#endif
