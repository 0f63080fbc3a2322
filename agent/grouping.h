/*
 * From the lines of a file to messages: what container runtimes wrote around
 * the program's lines is taken off, pieces are joined, and lines that are one
 * message are put together (agent/multiline.h), each stream's for itself.
 *
 * Invariants: the messages and their positions depend on nothing but the lines
 * since the last place at which it was clean, and on where it was flushed.
 * Positions rise.  A message's position is the end of its last line, except
 * where another stream's message ended behind that and went out before it: then
 * it is the next number.
 */
#ifndef AGENT_GROUPING_H
#define AGENT_GROUPING_H

#include "agent/lines.h"
#include "config/config.h"

struct grouping_rules;

/*
 * The rules of one input.  1; 0: its lines stand for themselves, and `out` is
 * NULL; -1, having said why.
 */
int grouping_rules_new(
    const struct input_options *input, struct grouping_rules **out);
void grouping_rules_free(struct grouping_rules *rules);

/*
 * A message that ends at `pos`; valid during the call.  `received`: when its
 * first line was, as grouping_put was told; of a container's, its last.
 */
typedef void grouping_emit(
    void *owner, const struct cut *cut, uint64_t pos, int64_t received);

struct grouping;

/* For one source.  `rules` must outlive it. */
struct grouping *grouping_new(
    const struct grouping_rules *rules, grouping_emit *emit, void *owner);

/* Forget all that is held: the next line begins at `pos`, a clean place. */
void grouping_start(struct grouping *g, uint64_t pos);

/* When a line came, ns: for its record, and for its timeout (monotonic). */
struct arrival {
	int64_t received;
	int64_t now;
};

/* Take a line, which ends at `pos`. */
void grouping_put(struct grouping *g, const struct cut *line, uint64_t pos,
    const struct arrival *arrival);

/* Emit all that is held, as if nothing followed. */
void grouping_flush(struct grouping *g);

/*
 * Nothing of what stands in front of `pos`, the end of the last line, is held
 * or matters for what follows: whoever begins there gets the same messages.
 */
bool grouping_is_clean(const struct grouping *g, uint64_t pos);

/* Something is held. */
bool grouping_is_pending(const struct grouping *g);

/* Something of it waits longer than multiline_timeout for its next line. */
bool grouping_is_overdue(const struct grouping *g, int64_t now);

/*
 * Do messages of several streams lie across each other, so that only the
 * source's beginning is known to be a clean place?
 */
bool grouping_rules_interleave(const struct grouping_rules *rules);

void grouping_free(struct grouping *g);

#endif
