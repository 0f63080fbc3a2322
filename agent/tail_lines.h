/*
 * The lines in what agent/tail.c read.
 */
#ifndef AGENT_TAIL_LINES_H
#define AGENT_TAIL_LINES_H

#include "agent/tail.h"

/*
 * Route the lines in `text`, which begins where the tail is; `context` bytes
 * of the file stand in front of it in memory.  A line, or a message, that was
 * taken for ended is so wherever it is read.
 */
void tail_lines_route(struct tail *t, struct str text, size_t context);

/*
 * The level of the line in parts that the tail stands in, if it must be read
 * again.  False: that is not inflated yet, call again.
 */
bool tail_lines_recall(struct tail *t);

/* What is held goes out as it is: nobody will read it again here. */
void tail_lines_let_out(struct tail *t);

#endif
