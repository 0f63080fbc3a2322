/*
 * The recognisers behind record/trace.h, one for each language.  In the
 * state 0 the line is the first of its group: TRACE_MAYBE says that one may
 * begin here, TRACE_NO that none does.  After a TRACE_NO a recogniser is not
 * asked again.
 */
#ifndef RECORD_TRACE_RULES_H
#define RECORD_TRACE_RULES_H

#include "record/trace.h"

struct trace_line {
	struct str text; /* without line feed and carriage return */
	struct str group; /* what stands in front of it; see trace_next */
	int exception; /* what trace_exception says of it */
};

typedef enum trace_verdict
trace_rule(struct trace_state *s, const struct trace_line *line);

/* It goes on from the recogniser's own state `at`, with that verdict. */
enum trace_verdict
trace_go_to(struct trace_state *s, unsigned at, enum trace_verdict verdict);

trace_rule trace_java, trace_dotnet, trace_node, trace_python, trace_go,
    trace_ruby, trace_php, trace_rust, trace_dart;

/*
 * Does the text name the class of an exception where a message follows
 * ("java.lang.Error: top", "TypeError")?  0: no; 1: somewhere in it;
 * 2: with its package, or at its beginning, so that it can hardly be else.
 */
int trace_exception(struct str text);

#endif
