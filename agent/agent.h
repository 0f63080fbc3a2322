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

/*
 * Runs until it is stopped or done.  Returns an exit status (sysexits): OK;
 * CONFIG: no other start would do better; TEMPFAIL: one may, as the state
 * directory could not be used, or the router is gone, or not all was confirmed
 * when it was stopped.  With `once` also NOINPUT: something could not be
 * read, and UNAVAILABLE: lines are held that no queue is bound for; all else
 * was read and confirmed then.
 */
int agent_run(const struct agent_setup *setup);

#endif
