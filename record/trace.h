/*
 * Which lines are one: stack traces and panics as the runtimes of languages
 * print them, recognised line by line.
 *
 * What is decided depends on the lines alone, from the first one of a group
 * on.  A line may be undecided (the second line of an exception's message
 * looks like anything): then a later line decides, or it was none of the
 * group's.  A group begins behind whatever a logger puts in front of it.
 */
#ifndef RECORD_TRACE_H
#define RECORD_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

enum trace_language {
	TRACE_JAVA, /* Throwable.printStackTrace, and loggers' shortened form */
	TRACE_DOTNET, /* Exception.ToString */
	TRACE_NODE, /* V8's Error.stack; uncaught errors as node prints them */
	TRACE_PYTHON, /* traceback: chains, groups, syntax errors; faulthandler
		       */
	TRACE_GO, /* panics, fatal errors, goroutine dumps */
	TRACE_RUBY, /* exceptions as ruby and Rails print them */
	TRACE_PHP, /* uncaught exceptions, Xdebug's stacks, monolog's */
	TRACE_RUST, /* panics and their backtraces; anyhow's and eyre's reports
		     */
	TRACE_DART, /* unhandled exceptions */
	TRACE_LANGUAGES
};

/* A set of them: bit 1 << language. */
#define TRACE_ALL ((1u << TRACE_LANGUAGES) - 1)

/*
 * The bit of a name ("java", "python", "js" ...) or TRACE_ALL of "auto"; 0: no
 * such name.
 */
unsigned trace_language(struct str name);

/* How many lines in a row stay undecided at most; the next is not the
 * group's. */
#define TRACE_AHEAD 32

enum trace_verdict {
	TRACE_NO, /* the group ended before the undecided lines */
	TRACE_MAYBE, /* a later line decides, also about this one */
	TRACE_YES, /* part of it, and so are the undecided ones before */
	TRACE_LAST, /* the same, and nothing more will be */
};

/* Where one language stands in a group. */
struct trace_state {
	uint8_t at; /* its own states; 0: none yet */
	uint8_t flags; /* its own */
	uint32_t from, len; /* bytes of the group it must remember */
};

/* A group in progress.  A zeroed struct has none. */
struct trace {
	unsigned alive; /* languages whose trace it may be */
	unsigned undecided; /* lines */
	struct trace_state states[TRACE_LANGUAGES];
};

/* May a group begin with this line?  If so, it has. */
bool trace_begin(struct trace *t, unsigned languages, struct str line);

/*
 * The next line, without its line feed.  `group` is what was given so far,
 * from its first line on, each but the last with a line feed behind it.
 */
enum trace_verdict
trace_next(struct trace *t, struct str group, struct str line);

#endif
