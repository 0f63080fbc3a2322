/*
 * Damage taken out of a spool that nobody uses.  A damaged segment stays
 * beside as NAME.damaged; in what takes its name the damaged bytes are a
 * record that holds nothing, so that all others keep their places.
 */
#ifndef AGENT_SPOOL_REPAIR_H
#define AGENT_SPOOL_REPAIR_H

#include "agent/spool_directory.h"

struct spool_repaired {
	uint64_t places; /* that were damaged, */
	uint64_t bytes; /* and how much they were in all */
};

/* 0, or -1, having said why; what was repaired by then stays so. */
int spool_repair(struct spool_directory *d, struct spool_repaired *done);

#endif
