/*
 * The reader: the agent's process.  It reads inputs, cuts and routes lines,
 * keeps them in the window until the carrier has confirmed them, and moves
 * the checkpoint behind that.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "config/config.h"

struct agent_setup {
	const struct config *config;
	bool once; /* read what there is, wait for every confirm, end */
	int control; /* pair from `weir run`, or -1 */
	int link; /* pair to the embedded router, or -1 */
};

/* Runs until it is stopped or done.  Returns an exit status (sysexits). */
int agent_run(const struct agent_setup *setup);

#endif
