/*
 * A line whose end is known, line feeds and all (a journal's message, a
 * message of the kernel), into the spool: whole, or in parts of max_line.
 *
 * Each part carries where its input goes on behind it: the line's cursor, or,
 * within the line, "CURSOR+BYTES".  So a line of which a kill left some parts
 * is finished, whatever max_line is by then.
 */
#ifndef AGENT_WHOLE_LINE_H
#define AGENT_WHOLE_LINE_H

#include "agent/router.h"
#include "agent/spool.h"

struct whole_line {
	struct str text;
	struct str attributes; /* record/attributes.h, without a cursor */
	struct str cursor; /* has no '+' */
	int64_t received; /* ns since the epoch */
	uint32_t flags; /* RECORD_* */
};

/* Put what stands behind its first `from` bytes, which are in the spool. */
void whole_line_put(struct spool *s, const struct input_context *context,
    const struct whole_line *line, uint64_t from);

/*
 * The cursor in what a part says.  `from`: so many bytes of that line are in
 * the spool, or 0: all of it.
 */
struct str whole_line_cursor(struct str said, uint64_t *from);

#endif
