/*
 * Python, as its traceback module writes (also of chains and groups), bare
 * syntax errors, and faulthandler:
 *
 *	Traceback (most recent call last):
 *	  File "/srv/a.py", line 3, in a
 *	    {}['k']
 *	    ~~^^^^^
 *	KeyError: 'k'
 *
 *	During handling of the above exception, another exception occurred:
 *
 *	Traceback (most recent call last):
 *	...
 */
#include <string.h>

#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	OPEN, /* a line that says in what the trace to follow happened */
	FRAMES, /* and their source */
	GROUP, /* of exceptions: all of it behind | or + */
	MESSAGE, /* behind the exception's own line */
	CHAINED, /* the next trace is to follow */
	THREADS, /* faulthandler */
};

/* Lines that follow a message and are said to be its by what follows them:
 * most often they are not, so they are not held back for long. */
#define DOUBTFUL 8

static bool
is_header(struct str text)
{
	return scan_ends(text, "Traceback (most recent call last):");
}

static bool
is_thread(struct str text)
{
	return (scan_starts(text, "Current thread 0x") ||
		   scan_starts(text, "Thread 0x")) &&
	    scan_has(text, "(most recent call first):");
}

static bool
is_file(struct str text)
{
	return scan_blanks(text) > 0 &&
	    scan_starts(scan_unindented(text), "File \"") &&
	    scan_has(text, "\", line ");
}

static bool
is_piped(struct str text)
{
	struct str s = scan_unindented(text);
	return s.len < text.len && (scan_starts(s, "|") || scan_starts(s, "+"));
}

static bool
opens(struct str text)
{
	return scan_starts(text, "Exception in thread ") ||
	    scan_starts(text, "Exception ignored in") ||
	    scan_starts(text, "Fatal Python error: ") ||
	    (scan_starts(text, "Error in ") && scan_ends(text, ":"));
}

/* KeyError: 'k'; package.Problem */
static bool
is_exception(struct str text)
{
	size_t len = scan_name(text, 0, ".<>");
	return len > 0 && scan_digits(text, 0) == 0 &&
	    (len == text.len || text.data[len] == ':');
}

static enum trace_verdict
go_to(struct trace_state *s, enum at at, enum trace_verdict verdict)
{
	s->flags = 0; /* doubtful lines, of the message before */
	return trace_go_to(s, at, verdict);
}

static enum trace_verdict
to_trace(struct trace_state *s, struct str text)
{
	bool group = scan_ends(text,
	    "Exception Group Traceback (most recent "
	    "call last):");
	s->len = 0;
	return go_to(s, group ? GROUP : FRAMES, TRACE_YES);
}

static enum trace_verdict
begin(struct trace_state *s, struct str text)
{
	if (is_header(text)) {
		to_trace(s, text);
		return TRACE_MAYBE;
	}
	if (is_file(text))
		return go_to(s, FRAMES, TRACE_MAYBE);
	if (is_thread(text))
		return go_to(s, THREADS, TRACE_MAYBE);
	return opens(text) ? go_to(s, OPEN, TRACE_MAYBE) : TRACE_NO;
}

static enum trace_verdict
in_open(struct trace_state *s, struct str text)
{
	if (is_header(text))
		return to_trace(s, text);
	if (is_thread(text))
		return go_to(s, THREADS, TRACE_YES);
	return scan_is_blank(text) || scan_starts(text, "Python runtime state")
	    ? TRACE_MAYBE
	    : TRACE_NO;
}

static bool
is_marks(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (memchr("~^ \t", text.data[i], 4) == NULL)
			return false;
	return true;
}

static enum trace_verdict
in_frames(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	if (scan_is_blank(text))
		return TRACE_NO;
	if (scan_blanks(text) == 0)
		return is_exception(text) ? go_to(s, MESSAGE, TRACE_YES)
					  : TRACE_NO;
	if (!is_file(text) && !is_marks(text) && text.len <= UINT32_MAX &&
	    line->group.len < UINT32_MAX) {
		s->from = (uint32_t)line->group.len + 1; /* behind its LF */
		s->len = (uint32_t)text.len;
	}
	return TRACE_YES;
}

/*
 * A message of several lines looks like lines of anybody's.  But where it was
 * written in the statement that raised it, the trace shows that: the line
 * stands there between two \n, or the last \n and the quote.
 */
static bool
is_in_source(struct trace_state *s, const struct trace_line *line)
{
	struct str source = { 0 }, text = line->text;
	if ((size_t)s->from + s->len <= line->group.len && s->len > 0)
		source = (struct str){ line->group.data + s->from, s->len };
	for (size_t at = 0; at + 2 + text.len < source.len; at++) {
		const char *p = source.data + at;
		struct str rest = str_after(source, at + 2 + text.len);
		if (p[0] != '\\' || p[1] != 'n' ||
		    !str_starts(str_after(source, at + 2), text))
			continue;
		if (scan_starts(rest, "\\n") || scan_starts(rest, "'") ||
		    scan_starts(rest, "\"")) {
			s->from += (uint32_t)(at + 2 + text.len);
			s->len -= (uint32_t)(at + 2 + text.len);
			return true;
		}
	}
	return false;
}

static bool
is_chaining(struct str text)
{
	return scan_starts(text, "The above exception was the direct cause") ||
	    scan_starts(text, "During handling of the above exception, ");
}

static enum trace_verdict
in_message(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	if (is_chaining(text))
		return go_to(s, CHAINED, TRACE_YES);
	if (s->flags == 0 && is_in_source(s, line))
		return TRACE_YES;
	if (scan_begins_record(text) || s->flags >= DOUBTFUL)
		return TRACE_NO;
	s->flags++;
	return TRACE_MAYBE;
}

static enum trace_verdict
in_chain(struct trace_state *s, struct str text)
{
	if (is_header(text))
		return to_trace(s, text);
	return scan_is_blank(text) ? TRACE_MAYBE : TRACE_NO;
}

static enum trace_verdict
in_threads(struct str text)
{
	if (is_file(text) || is_thread(text) ||
	    scan_starts(text, "Extension modules: ") ||
	    (scan_blanks(text) > 0 && !scan_is_blank(text)))
		return TRACE_YES;
	return scan_is_blank(text) ? TRACE_MAYBE : TRACE_NO;
}

enum trace_verdict
trace_python(struct trace_state *s, const struct trace_line *line)
{
	switch ((enum at)s->at) {
	case OPEN:
		return in_open(s, line->text);
	case FRAMES:
		return in_frames(s, line);
	case GROUP:
		if (is_piped(line->text))
			return TRACE_YES;
		s->at = MESSAGE;
		return in_message(s, line);
	case MESSAGE:
		return in_message(s, line);
	case CHAINED:
		return in_chain(s, line->text);
	case THREADS:
		return in_threads(line->text);
	case NOWHERE:
		break;
	}
	return begin(s, line->text);
}
