/*
 * Go's runtime:
 *
 *	panic: my panic
 *
 *	goroutine 4 [running]:
 *	main.main.func1(0xc420024120)
 *		foo.go:6 +0x39
 *	created by main.main
 *		foo.go:5 +0x58
 *
 * and net/http's "http: panic serving 10.0.0.1:4711: my panic".
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	MESSAGE, /* behind the panic, before the first goroutine */
	STACK,
	BETWEEN, /* goroutines: behind a blank line */
	REGISTERS,
};

static bool
is_goroutine(struct str text)
{
	return (scan_starts(text, "goroutine ") && scan_ends(text, "]:")) ||
	    scan_starts(text, "runtime stack:");
}

static bool
is_panic(struct str text)
{
	return (scan_has(text, "panic") &&
		   (scan_has_word(text, "panic: ") ||
		       scan_has_word(text, "panic serving "))) ||
	    scan_has_word(text, "fatal error: ") ||
	    scan_starts(text, "runtime: goroutine stack exceeds ") ||
	    scan_starts(text, "unexpected fault address ") ||
	    (scan_starts(text, "SIG") && scan_has(text, ": "));
}

/* main.(*T).call(0x1, ...), created by main.main in goroutine 1 */
static bool
is_function(struct str text)
{
	size_t open;
	if (scan_starts(text, "created by ") ||
	    scan_starts(text, "...additional frames elided...") ||
	    (scan_starts(text, "...") && scan_has(text, "frames elided...")))
		return true;
	if (!scan_ends(text, ")") || !scan_find(text, "(", &open) || open == 0)
		return false;
	struct str name = { text.data, open };
	return !scan_has(name, " ") &&
	    (scan_has(name, ".") || scan_starts(name, "panic"));
}

/* rax    0xca */
static bool
is_register(struct str text)
{
	size_t name = scan_name(text, 0, "");
	struct str rest = str_after(text, name);
	return name >= 2 && name <= 6 && scan_blanks(rest) > 0 &&
	    scan_starts(scan_unindented(rest), "0x");
}

static enum trace_verdict
in_message(struct trace_state *s, struct str text)
{
	if (is_goroutine(text))
		return trace_go_to(s, STACK, TRACE_YES);
	if (scan_starts(text, "[signal ") ||
	    scan_starts(scan_unindented(text), "panic: ") ||
	    scan_starts(text, "fatal error: ")) {
		/* One inside the other is indented; else it is another. */
		bool other = scan_starts(text, "panic: ") &&
		    !scan_ends(text, "[recovered]");
		return other ? TRACE_NO : TRACE_YES;
	}
	return scan_begins_record(text) ? TRACE_NO : TRACE_MAYBE;
}

static enum trace_verdict
in_stack(struct trace_state *s, struct str text)
{
	if (scan_starts(text, "\t") || is_function(text) || is_goroutine(text))
		return TRACE_YES;
	return text.len == 0 ? trace_go_to(s, BETWEEN, TRACE_MAYBE) : TRACE_NO;
}

static enum trace_verdict
between(struct trace_state *s, struct str text)
{
	if (is_goroutine(text))
		return trace_go_to(s, STACK, TRACE_YES);
	return is_register(text) ? trace_go_to(s, REGISTERS, TRACE_YES)
				 : TRACE_NO;
}

enum trace_verdict
trace_go(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	switch ((enum at)s->at) {
	case MESSAGE:
		return in_message(s, text);
	case STACK:
		return in_stack(s, text);
	case BETWEEN:
		return between(s, text);
	case REGISTERS:
		return is_register(text) ? TRACE_YES : TRACE_NO;
	case NOWHERE:
		break;
	}
	if (is_goroutine(text))
		return trace_go_to(s, STACK, TRACE_MAYBE);
	return is_panic(text) ? trace_go_to(s, MESSAGE, TRACE_MAYBE) : TRACE_NO;
}
