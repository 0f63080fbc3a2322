/*
 * What a listening input counts besides its lines.  Lines that are dropped
 * here are read too: the account has them on both sides.
 */
#ifndef AGENT_LISTEN_COUNTS_H
#define AGENT_LISTEN_COUNTS_H

#include <stdint.h>

struct listen_counts {
	uint64_t received; /* lines and parts of lines: spooled, or dropped */
	uint64_t dropped; /* of these, for want of room in the spool */
	uint64_t empty; /* messages of nothing but ends: no lines */
	uint64_t truncated; /* datagrams whose end the kernel had no room for */
	uint64_t kernel_dropped; /* datagrams that came while it had no room */
	uint64_t connections; /* open now */
	uint64_t accepted; /* since the start */
	uint64_t refused; /* connections too many */
	uint64_t rejected; /* handshakes that failed */
	uint64_t idle; /* connections closed because they said nothing */
	uint64_t unfinished; /* bytes of frames whose end is to come */
};

#endif
