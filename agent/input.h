/*
 * An [input] at work.  The agent gives each input its turn, a bounded piece
 * of reading at a time, while the window has room.
 */
#ifndef AGENT_INPUT_H
#define AGENT_INPUT_H

#include <stdbool.h>
#include <uv.h>

#include "agent/checkpoint.h"
#include "agent/descriptors.h"
#include "agent/listen_counts.h"
#include "agent/router.h"
#include "config/config.h"

/* What an input is given; all of it outlives the input. */
struct input_context {
	uv_loop_t *loop;
	const struct config *config;
	const struct input_options *options;
	struct checkpoint *checkpoint;
	struct router *router; /* where its lines go */
	struct listen_counts *counts; /* for it to fill in, if it listens */
	struct descriptors *descriptors; /* of all files of all inputs */
	bool once; /* read what is there, then be finished */
	/* There is something to read again: give me a turn. */
	void (*wake)(void *owner);
	/* Something could not be read, and that was said. */
	void (*failed)(void *owner);
	void *owner;
};

struct input;

struct input_kind {
	/* NULL, having said why: the agent cannot start. */
	struct input *(*open)(const struct input_context *context);
	/* Read once; true if another turn is wanted now. */
	bool (*turn)(struct input *in);
	/* Ids became durable: what waited for that may be read. */
	void (*recorded)(struct input *in);
	/* Nothing more will come. */
	bool (*finished)(const struct input *in);
	/* What only this kind counts, to the log; may be NULL. */
	void (*status)(const struct input *in);
	void (*close)(struct input *in);
};

extern const struct input_kind input_file, input_spooled;

#endif
