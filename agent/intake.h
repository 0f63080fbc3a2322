/*
 * What brings the lines of an [input] into its spool: all that one type of
 * input over a spool does otherwise than the others.  What they share is in
 * agent/input_spooled.h.
 */
#ifndef AGENT_INTAKE_H
#define AGENT_INTAKE_H

#include "agent/input.h"
#include "agent/spool.h"

struct intake;

struct intake_kind {
	/* The path its source goes by, where neither `path` nor `command`
	 * says one. */
	const char *source;
	/*
	 * Begin to put lines into `spool`, which outlives it.  NULL, having
	 * said why: the agent cannot start.
	 */
	struct intake *(*open)(
	    const struct input_context *context, struct spool *spool);
	/* Comes once a second, also where the spool has no room. */
	void (*second)(struct intake *in);
	/* Nothing more will be put. */
	bool (*ended)(const struct intake *in);
	/* What only this kind counts, to the log; may be NULL. */
	void (*status)(const struct intake *in);
	/* Put what is left, and stop.  Takes over `in`. */
	void (*close)(struct intake *in);
};

extern const struct intake_kind intake_stdin, intake_syslog, intake_exec,
    intake_kmsg;

/* Only where weir is built with libsystemd (WEIR_JOURNAL). */
extern const struct intake_kind intake_journal;

#endif
