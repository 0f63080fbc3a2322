/*
 * PHP:
 *
 *	PHP Fatal error:  Uncaught Exception: x in /srv/a.php:5
 *	Stack trace:
 *	#0 /srv/a.php(9): func1()
 *	#1 {main}
 *	  thrown in /srv/a.php on line 5
 *
 * with "Next ..." for an exception that has a previous one; Xdebug's "PHP
 * Stack trace:"; and "[stacktrace]" in a line of monolog.
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	MESSAGE, /* behind the head: the stack is to follow */
	STACK,
	NEXT, /* behind a blank line */
	XDEBUG,
};

static bool
is_head(struct str text)
{
	if (scan_has(text, "Uncaught ") || scan_has(text, "[object] ("))
		return true;
	if (scan_starts(text, "PHP ") && scan_has(text, ":  "))
		return true;
	if (scan_has(text, "exception '") && scan_has(text, "' with message '"))
		return true;
	/* Exception: x in /srv/a.php:5 */
	return scan_ends_with_number(text) && scan_has(text, " in ") &&
	    (scan_has(text, "Exception") || scan_has(text, "Error"));
}

/* "#0 /srv/a.php(9): f()", "PHP #0 ...", "#1 {main}" */
static bool
is_frame(struct str text)
{
	struct str s = scan_starts(text, "PHP ") ? str_after(text, 4) : text;
	size_t n = scan_starts(s, "#") ? scan_digits(s, 1) : 0;
	return n > 0 && scan_starts(str_after(s, 1 + n), " ");
}

/* "PHP   1. {main}() /srv/a.php:0" */
static bool
is_xdebug(struct str text)
{
	struct str s = scan_starts(text, "PHP ") ? str_after(text, 4) : text;
	size_t blanks = scan_blanks(s);
	size_t n = scan_digits(s, blanks);
	return blanks > 0 && n > 0 &&
	    scan_starts(str_after(s, blanks + n), ". ");
}

static enum trace_verdict
in_message(struct trace_state *s, struct str text)
{
	if (scan_starts(text, "PHP Stack trace:"))
		return trace_go_to(s, XDEBUG, TRACE_YES);
	if (scan_starts(text, "Stack trace:") ||
	    scan_starts(text, "[stacktrace]"))
		return trace_go_to(s, STACK, TRACE_YES);
	if (scan_begins_record(text) || is_head(text))
		return TRACE_NO;
	return TRACE_MAYBE;
}

static enum trace_verdict
in_stack(struct trace_state *s, struct str text)
{
	if (is_frame(text))
		return TRACE_YES;
	if (scan_blanks(text) > 0 &&
	    scan_starts(scan_unindented(text), "thrown in "))
		return TRACE_LAST;
	if (scan_starts(text, "\"}")) /* monolog's object ends */
		return TRACE_LAST;
	if (scan_starts(text, "[previous exception] ")) /* monolog's */
		return trace_go_to(s, MESSAGE, TRACE_YES);
	return scan_is_blank(text) ? trace_go_to(s, NEXT, TRACE_MAYBE)
				   : TRACE_NO;
}

static enum trace_verdict
in_next(struct trace_state *s, struct str text)
{
	if (scan_starts(text, "Next "))
		return trace_go_to(s, MESSAGE, TRACE_YES);
	if (scan_starts(text, "[previous exception] "))
		return trace_go_to(s, MESSAGE, TRACE_YES);
	return TRACE_NO;
}

enum trace_verdict
trace_php(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	switch ((enum at)s->at) {
	case MESSAGE:
		return in_message(s, text);
	case STACK:
		return in_stack(s, text);
	case NEXT:
		return in_next(s, text);
	case XDEBUG:
		return is_xdebug(text) ? TRACE_YES : TRACE_NO;
	case NOWHERE:
		break;
	}
	return is_head(text) ? trace_go_to(s, MESSAGE, TRACE_MAYBE) : TRACE_NO;
}
