/*
 * Dart:
 *
 *	Unhandled exception:
 *	Instance of 'MyError'
 *	#0      main.<anonymous closure> (file:///code/a.dart:15:20)
 *	<asynchronous suspension>
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	MESSAGE,
	FRAMES
};

static bool
is_frame(struct str text)
{
	size_t n = scan_starts(text, "#") ? scan_digits(text, 1) : 0;
	return n > 0 && scan_starts(str_after(text, 1 + n), "  ");
}

static bool
is_aside(struct str text)
{
	return scan_starts(text, "<asynchronous suspension>") ||
	    scan_starts(text, "===== asynchronous gap ====");
}

enum trace_verdict
trace_dart(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	if (s->at == NOWHERE) {
		bool head = scan_ends(text, "Unhandled exception:") ||
		    scan_has(text, "Unhandled Exception: ");
		s->at = head ? MESSAGE : FRAMES;
		return head || is_frame(text) ? TRACE_MAYBE : TRACE_NO;
	}
	if (is_frame(text) || (s->at == FRAMES && is_aside(text))) {
		s->at = FRAMES;
		return TRACE_YES;
	}
	if (s->at == FRAMES || scan_begins_record(text))
		return TRACE_NO;
	return TRACE_MAYBE;
}
