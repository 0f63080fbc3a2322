/*
 * Where a stream's lines come from, and where their acknowledgement goes:
 * a queue of the broker, or the embedded router.  Keeps the bound on bytes
 * in hand: past it nothing more is taken in.
 */
#ifndef COLLECTOR_INTAKE_H
#define COLLECTOR_INTAKE_H

#include "collector/stream.h"
#include "config/config.h"

struct intake;

struct intake_events {
	/* Every stream is bound: what is published now arrives. */
	void (*bound)(void *owner);
	/* A stream committed something. */
	void (*committed)(void *owner);
	/* The reader at the other end of the local link is gone. */
	void (*unfed)(void *owner);
	/* Whoever read our standard output is gone. */
	void (*unread)(void *owner);
};

/*
 * Open every [stream] of `config`.  `link`: the reader's link, taken over,
 * or -1 for the broker.  Returns NULL, having said why.
 */
struct intake *intake_new(uv_loop_t *loop, const struct config *config,
    int link, const struct intake_events *events, void *owner);

/* Take nothing more in, and commit what is in hand at once. */
void intake_drain(struct intake *i);

/* Nothing is in hand. */
bool intake_is_idle(const struct intake *i);

/* When the last line arrived, or the last stream was bound (monotonic). */
int64_t intake_last_line(const struct intake *i);

void intake_reopen(struct intake *i);

/* What each stream did so far, to the log. */
void intake_report(const struct intake *i);

/* For those who ask: of the stream with that number. */
struct intake_lane {
	struct stream *stream;
	const char *queue; /* "" without a broker, or before it is known */
	const char *state; /* "up", "connecting", "local" */
	uint64_t refused; /* messages that nobody could read */
};
struct intake_lane intake_lane(const struct intake *i, size_t stream);

/* Say goodbye to the broker, and let go of everything. */
void intake_free(struct intake *i);

#endif
