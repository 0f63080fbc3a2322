/*
 * Rust's panics, and the reports of anyhow and eyre:
 *
 *	thread 'main' panicked at src/main.rs:2:5:
 *	index out of bounds
 *	stack backtrace:
 *	   0: rust_begin_unwind
 *	             at /rustc/.../std/src/panicking.rs:645:5
 *	note: Some details are omitted, run with `RUST_BACKTRACE=full` ...
 *
 *	Error: cannot start
 *
 *	Caused by:
 *	    0: no such file
 *
 * Before 1.73 the message stood in the first line.
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	PANIC, /* behind the head: its message is to follow */
	MESSAGE,
	STACK,
	REPORT, /* "Error: ..." */
	CAUSES,
};

static bool
is_panic(struct str text)
{
	size_t at;
	return scan_find(text, "thread '", &at) &&
	    scan_has(str_after(text, at), " panicked at ");
}

static enum trace_verdict
begin(struct trace_state *s, struct str text)
{
	if (is_panic(text) && scan_ends(text, ":"))
		return trace_go_to(s, PANIC, TRACE_MAYBE);
	if (is_panic(text))
		return trace_go_to(s, MESSAGE, TRACE_MAYBE);
	return scan_starts(text, "Error: ")
	    ? trace_go_to(s, REPORT, TRACE_MAYBE)
	    : TRACE_NO;
}

static bool
is_backtrace(struct str text)
{
	return scan_starts(text, "stack backtrace:") ||
	    scan_starts(text, "Stack backtrace:");
}

static enum trace_verdict
in_message(struct trace_state *s, struct str text)
{
	if (is_backtrace(text))
		return trace_go_to(s, STACK, TRACE_YES);
	if (scan_starts(text, "note: run with `RUST_BACKTRACE"))
		return TRACE_LAST;
	/* assert_eq! */
	if (scan_starts(text, "  left: ") || scan_starts(text, " right: "))
		return TRACE_YES;
	return is_panic(text) || scan_begins_record(text) ? TRACE_NO
							  : TRACE_MAYBE;
}

static enum trace_verdict
in_stack(struct str text)
{
	if (scan_starts(text, "note: "))
		return TRACE_LAST;
	return scan_blanks(text) > 0 && !scan_is_blank(text) ? TRACE_YES
							     : TRACE_NO;
}

static enum trace_verdict
in_report(struct trace_state *s, struct str text)
{
	if (is_backtrace(text))
		return trace_go_to(s, STACK, TRACE_YES);
	if (scan_starts(text, "Caused by:") || scan_starts(text, "Location:"))
		return trace_go_to(s, CAUSES, TRACE_YES);
	return scan_is_blank(text) ? TRACE_MAYBE : TRACE_NO;
}

enum trace_verdict
trace_rust(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	switch ((enum at)s->at) {
	case PANIC: /* whatever it is, blank perhaps */
		return trace_go_to(s, MESSAGE, TRACE_YES);
	case MESSAGE:
		return in_message(s, text);
	case STACK:
		return in_stack(text);
	case CAUSES:
		if (scan_blanks(text) > 0 && !scan_is_blank(text))
			return TRACE_YES;
		return in_report(s, text);
	case REPORT:
		return in_report(s, text);
	case NOWHERE:
		break;
	}
	return begin(s, text);
}
