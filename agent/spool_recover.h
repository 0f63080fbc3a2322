/* What the writer before us left, which may have been killed. */
#ifndef AGENT_SPOOL_RECOVER_H
#define AGENT_SPOOL_RECOVER_H

#include "agent/spool_directory.h"

struct spool_end {
	uint64_t after; /* behind the last whole record */
	uint64_t next; /* behind all that was ever written: free places */
};

/*
 * Find the end of the spool by reading its last segment, however many there
 * are.  A record that was not written to its end is cut off, and said; it was
 * never published.  Damage stays, for who reads there.  0, or -1: said.
 */
int spool_recover(struct spool_directory *d, struct spool_end *end);

#endif
