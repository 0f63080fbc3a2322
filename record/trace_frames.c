/*
 * Java, .NET and Node: a message, then frames that begin with "at".
 *
 *	java.lang.Error: top                         Throwable.printStackTrace
 *	second line of its message
 *		at T.main(T.java:4)
 *	Caused by: java.lang.RuntimeException: wrap
 *		... 9 more
 *
 *	System.Exception: outer                      Exception.ToString
 *	 ---> System.Exception: inner
 *	   at C.F()
 *	   --- End of inner exception stack trace ---
 *
 *	/srv/app.js:1                                uncaught, as node prints it
 *	throw new Error('x', { cause: e })
 *	^
 *
 *	Error: x
 *	    at f (/srv/app.js:1:7) {
 *	  [cause]: ...
 *	}
 *
 *	Node.js v20.20.2
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	WEAK, /* a line that hardly is a head: a frame must follow at once */
	MESSAGE, /* behind a head, before its frames */
	NESTED, /* "nested exception is:" */
	FRAMES,
	OBJECT, /* node: in the members behind the last frame */
	UNCAUGHT_SOURCE,
	UNCAUGHT_CARET,
};

#define UNCAUGHT 1 /* flag: node's report, which ends with its version */

enum flavour {
	JAVA,
	DOTNET,
	NODE
};

static bool
is_frame(struct str text)
{
	struct str s = scan_unindented(text);
	if (s.len == text.len)
		return false;
	if (scan_starts(s, "eval "))
		s = str_after(s, 5);
	if (scan_starts(s, "at ") && s.len > 3)
		return true;
	/* "... 9 more", "... 27 common frames omitted" */
	return scan_starts(s, "... ") && scan_digits(s, 4) > 0;
}

/* What leads to one more exception in the same trace. */
static bool
is_cause(struct str text, enum flavour flavour)
{
	struct str s = scan_unindented(text);
	if (flavour == DOTNET)
		return scan_starts(s, "---> ");
	return flavour == JAVA &&
	    (scan_starts(s, "Caused by: ") || scan_starts(s, "Suppressed: ") ||
		scan_starts(s, "Wrapped by: "));
}

/* What stands between frames and is none. */
static bool
is_aside(struct str text, enum flavour flavour)
{
	struct str s = scan_unindented(text);
	if (flavour == DOTNET)
		return scan_starts(s, "--- End of ") || scan_ends(s, "<---");
	return flavour == JAVA && s.len < text.len &&
	    (scan_starts(s, "- ") || scan_starts(s, "[CIRCULAR REFERENCE"));
}

/* com.example.Failure, where a class is not called as others are. */
static bool
is_class(struct str text)
{
	size_t len = scan_name(text, 0, ".$"), dot = 0;
	for (size_t i = 0; i < len; i++)
		if (text.data[i] == '.')
			dot = i;
	return dot > 0 && dot + 1 < len && text.data[0] >= 'a' &&
	    text.data[0] <= 'z' && text.data[dot + 1] >= 'A' &&
	    text.data[dot + 1] <= 'Z' &&
	    (len == text.len || text.data[len] == ':');
}

static bool
is_opening(struct str text)
{
	return scan_starts(text, "Exception in thread ") ||
	    scan_starts(text, "Unhandled exception. ") ||
	    scan_starts(text, "Unhandled Exception: ") ||
	    scan_starts(text, "Uncaught ");
}

/* "/srv/app.js:12", "file:///...", "node:internal/...": where it was thrown. */
static bool
is_place(struct str text)
{
	bool drive = text.len > 2 && text.data[1] == ':' &&
	    (text.data[2] == '\\' || text.data[2] == '/');
	return (scan_starts(text, "/") || scan_starts(text, "file:///") ||
		   scan_starts(text, "node:") || drive) &&
	    scan_ends_with_number(text);
}

static bool
is_caret(struct str text)
{
	struct str s = scan_unindented(text);
	size_t n = 0;
	while (n < s.len && s.data[n] == '^')
		n++;
	return n > 0 && n == s.len;
}

static enum trace_verdict
begin(
    struct trace_state *s, const struct trace_line *line, enum flavour flavour)
{
	struct str text = line->text;
	int exception = line->exception;
	if (is_frame(text))
		s->at = FRAMES; /* whose head was taken for something else */
	else if (is_opening(text) || exception == 2)
		s->at = MESSAGE;
	else if (flavour == NODE && is_place(text)) {
		s->at = UNCAUGHT_SOURCE;
		s->flags = UNCAUGHT;
	} else if (exception == 1 || scan_has(text, "stack trace") ||
	    (flavour == NODE && scan_starts(text, "Trace")) ||
	    (flavour == JAVA && is_class(text)))
		s->at = WEAK;
	return s->at == NOWHERE ? TRACE_NO : TRACE_MAYBE;
}

/* Anything may be a line of the message, but another head hardly is. */
static enum trace_verdict
in_message(struct trace_state *s, const struct trace_line *line)
{
	if (s->flags & UNCAUGHT)
		return TRACE_MAYBE;
	if (scan_begins_record(line->text) || line->exception == 2)
		return TRACE_NO;
	return TRACE_MAYBE;
}

/* Behind " {": indented members, up to the brace. */
static enum trace_verdict
in_object(struct trace_state *s, struct str text)
{
	if (scan_starts(text, "}"))
		return trace_go_to(s, FRAMES, TRACE_YES);
	if (scan_blanks(text) > 0 && !scan_is_blank(text))
		return TRACE_YES;
	return scan_begins_record(text) ? TRACE_NO : TRACE_MAYBE;
}

static enum trace_verdict
in_frames(struct trace_state *s, struct str text)
{
	/* A blank line may stand before the version, or an inner exception. */
	if (scan_is_blank(text) || (s->flags & UNCAUGHT) != 0)
		return TRACE_MAYBE;
	return TRACE_NO;
}

static enum trace_verdict
between(
    struct trace_state *s, const struct trace_line *line, enum flavour flavour)
{
	struct str text = line->text;
	if (is_cause(text, flavour))
		return trace_go_to(s, MESSAGE, TRACE_YES);
	if (is_aside(text, flavour))
		return trace_go_to(s, FRAMES, TRACE_YES);
	if ((s->flags & UNCAUGHT) && scan_starts(text, "Node.js v"))
		return TRACE_LAST;
	if (scan_blanks(text) > 0 && scan_ends(text, "nested exception is:"))
		return trace_go_to(s, NESTED, TRACE_MAYBE);
	if (s->at == NESTED)
		return trace_go_to(s, MESSAGE, TRACE_MAYBE);
	if (s->at == MESSAGE)
		return in_message(s, line);
	return s->at == FRAMES ? in_frames(s, text) : TRACE_NO;
}

static enum trace_verdict
next(struct trace_state *s, const struct trace_line *line, enum flavour flavour)
{
	struct str text = line->text;
	if (s->at == NOWHERE)
		return begin(s, line, flavour);
	if (s->at == UNCAUGHT_SOURCE)
		return trace_go_to(s, UNCAUGHT_CARET, TRACE_MAYBE);
	if (s->at == UNCAUGHT_CARET)
		return is_caret(text) ? trace_go_to(s, MESSAGE, TRACE_YES)
				      : TRACE_NO;
	if (s->at == OBJECT)
		return in_object(s, text);
	if (!is_frame(text))
		return between(s, line, flavour);
	bool object = flavour == NODE && scan_ends(text, " {");
	return trace_go_to(s, object ? OBJECT : FRAMES, TRACE_YES);
}

enum trace_verdict
trace_java(struct trace_state *s, const struct trace_line *line)
{
	return next(s, line, JAVA);
}

enum trace_verdict
trace_dotnet(struct trace_state *s, const struct trace_line *line)
{
	return next(s, line, DOTNET);
}

enum trace_verdict
trace_node(struct trace_state *s, const struct trace_line *line)
{
	return next(s, line, NODE);
}
