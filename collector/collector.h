/*
 * The collector's process: takes lines from the broker, or from the reader
 * of the same `weir run` through the embedded router, gives them to the
 * streams, and lets the acknowledgement go when a stream has committed.
 */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include "config/config.h"

struct collector_setup {
	const struct config *config;
	bool once; /* end when the queues have been empty for `idle` */
	int64_t idle; /* ns */
	int control; /* pair from `weir run`, or -1 */
	int link; /* pair to the reader: route locally; -1: use the broker */
};

/* Runs until it is stopped or done.  Returns an exit status (sysexits). */
int collector_run(const struct collector_setup *setup);

#endif
