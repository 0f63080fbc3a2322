/*
 * A line on its way to being a record: a file's line, a program's that a
 * container runtime wrote in pieces, or several that are one.
 */
#ifndef AGENT_MESSAGE_H
#define AGENT_MESSAGE_H

#include <stdint.h>

#include "core/str.h"

struct message {
	struct str text;
	uint64_t pos; /* behind it, in its source */
	int64_t time; /* of its first line, ns: received; or what a container's
		       * says, 0: nothing */
	uint32_t flags; /* RECORD_*: of all its lines */
};

#endif
