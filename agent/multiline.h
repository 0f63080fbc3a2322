/*
 * Lines that are one message, as its rules have it: stack traces
 * (record/trace.h), the user's patterns (filters/boundary.h).  One struct
 * multiline for each stream of lines.
 *
 * Invariants: what comes out is what went in, joined with line feeds, nothing
 * lost or moved; where it is cut depends on the lines since the last cut
 * alone.  It holds at most multiline_bytes and a line.
 */
#ifndef AGENT_MULTILINE_H
#define AGENT_MULTILINE_H

#include "agent/message.h"
#include "config/config.h"
#include "core/buffer.h"
#include "filters/boundary.h"
#include "record/trace.h"

/* What an input's options say of it. */
struct multiline_rules {
	unsigned languages; /* record/trace.h */
	struct boundary *boundary; /* owned; NULL: none */
	size_t max_lines, max_bytes;
};

/* -1, having said why, when a pattern is no good. */
int multiline_rules_init(
    struct multiline_rules *rules, const struct input_options *input);
bool multiline_rules_are_any(const struct multiline_rules *rules);
void multiline_rules_clear(struct multiline_rules *rules);

/* What comes out; RECORD_MORE: it was cut off there. */
typedef void multiline_emit(void *owner, const struct message *m);

/* A line that is held. */
struct multiline_line {
	size_t end; /* of it in `text` */
	uint64_t pos;
	int64_t time;
	uint32_t flags;
};

/* A zeroed struct holds nothing. */
struct multiline {
	struct buffer text; /* lines, each but the last with its line feed */
	/*
	 * `sure` is the group so far, `sure_lines` of them; then those that
	 * are not decided, and one that was not looked at yet.
	 */
	struct multiline_line sure;
	size_t sure_lines;
	struct multiline_line ahead[TRACE_AHEAD + 2];
	size_t ahead_count;
	struct trace trace;
	bool in_trace, in_boundary; /* by what the group goes on */
	int64_t touched; /* when a line last came */
};

/*
 * Take one line, at `now`; `emit` gets what ended by it, and the line itself if
 * it is by itself.
 */
void multiline_put(struct multiline *m, const struct multiline_rules *rules,
    const struct message *line, int64_t now, multiline_emit *emit, void *owner);

/* Nothing follows: emit what is held. */
void multiline_flush(struct multiline *m, const struct multiline_rules *rules,
    multiline_emit *emit, void *owner);

bool multiline_is_empty(const struct multiline *m);

void multiline_clear(struct multiline *m);

#endif
