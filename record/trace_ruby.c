/*
 * Ruby, and Rails' log of an exception:
 *
 *	/app/a.rb:6:in `/': divided by 0 (ZeroDivisionError)
 *		from /app/a.rb:6:in `block in <main>'
 *
 *	NoMethodError (undefined method `x' for nil:NilClass):
 *
 *	app/controllers/books_controller.rb:69:in `word'
 *
 * From 3.4 on both quotes are '.
 */
#include "record/scan.h"
#include "record/trace_rules.h"

enum at {
	NOWHERE,
	MESSAGE, /* behind a head that says where: what follows may be more */
	RAILS, /* behind Rails' head: the frames are to come */
	FRAMES,
	BETWEEN, /* behind a blank line: a cause may follow */
	REVERSED, /* 2.5 to 2.7, on a terminal: the message comes last */
};

/* "a.rb:6:in `": where it was. */
static bool
is_place(struct str text)
{
	size_t at;
	while (scan_find(text, ":in ", &at)) {
		struct str before = { text.data, at };
		struct str rest = str_after(text, at + 4);
		if (scan_ends_with_number(before) &&
		    (scan_starts(rest, "`") || scan_starts(rest, "'")))
			return true;
		text = rest;
	}
	return false;
}

/* A place and what happened there; a frame is a place alone. */
static bool
is_head(struct str text)
{
	return is_place(text) && scan_has(text, "': ");
}

static bool
is_from(struct str text)
{
	struct str s = scan_unindented(text);
	size_t number = scan_digits(s, 0);
	if (number > 0 && scan_starts(str_after(s, number), ": "))
		s = str_after(s, number + 2);
	return s.len < text.len &&
	    (scan_starts(s, "from ") || scan_starts(s, " ... "));
}

/* "NoMethodError (undefined method ...):", whatever stands before it. */
static bool
is_rails(struct str text)
{
	size_t at;
	return scan_ends(text, "):") && scan_find(text, " (", &at) &&
	    (trace_exception((struct str){ text.data, at }) > 0 ||
		scan_has(text, "::"));
}

/* Where ruby shows what is wrong with the source. */
static bool
is_hint(struct str text)
{
	struct str s = scan_unindented(text);
	size_t n = 0;
	while (n < s.len && s.data[n] == '^')
		n++;
	return (n > 0 && n == s.len) || scan_starts(s, "Did you mean?");
}

static enum trace_verdict
begin(struct trace_state *s, struct str text)
{
	if (scan_ends(text, "Traceback (most recent call last):"))
		return trace_go_to(s, REVERSED, TRACE_MAYBE);
	if (is_head(text))
		return trace_go_to(s, MESSAGE, TRACE_MAYBE);
	if (is_place(text))
		return trace_go_to(s, FRAMES, TRACE_MAYBE);
	if (is_rails(text) || scan_ends(text, "Error)") ||
	    scan_ends(text, "Exception)"))
		return trace_go_to(s, RAILS, TRACE_MAYBE);
	if (scan_starts(text, "#<Thread:") &&
	    scan_has(text, " terminated with exception"))
		return trace_go_to(s, RAILS, TRACE_MAYBE);
	return TRACE_NO;
}

static enum trace_verdict
in_message(struct trace_state *s, struct str text)
{
	if (is_from(text))
		return trace_go_to(s, FRAMES, TRACE_YES);
	if (is_hint(text))
		return TRACE_YES;
	/* Its own place, once more: a warning's, or another error's. */
	if (is_head(text) || scan_begins_record(text))
		return TRACE_NO;
	return TRACE_MAYBE;
}

static enum trace_verdict
in_rails(struct trace_state *s, struct str text)
{
	if (is_head(text))
		return trace_go_to(s, MESSAGE, TRACE_YES);
	if (is_place(text))
		return trace_go_to(s, FRAMES, TRACE_YES);
	return scan_begins_record(text) || is_rails(text) ? TRACE_NO
							  : TRACE_MAYBE;
}

static enum trace_verdict
in_frames(struct trace_state *s, struct str text)
{
	if (is_from(text))
		return TRACE_YES;
	if (is_head(text)) /* its cause, with frames of its own */
		return trace_go_to(s, MESSAGE, TRACE_YES);
	if (is_place(text))
		return TRACE_YES;
	if (scan_starts(scan_unindented(text), "Caused by: "))
		return trace_go_to(s, RAILS, TRACE_YES);
	return scan_is_blank(text) ? trace_go_to(s, BETWEEN, TRACE_MAYBE)
				   : TRACE_NO;
}

static enum trace_verdict
in_reversed(struct trace_state *s, struct str text)
{
	if (is_from(text))
		return TRACE_YES;
	return is_head(text) ? trace_go_to(s, MESSAGE, TRACE_YES) : TRACE_NO;
}

enum trace_verdict
trace_ruby(struct trace_state *s, const struct trace_line *line)
{
	struct str text = line->text;
	switch ((enum at)s->at) {
	case MESSAGE:
		return in_message(s, text);
	case RAILS:
		return in_rails(s, text);
	case FRAMES:
		return in_frames(s, text);
	case BETWEEN:
		return scan_starts(scan_unindented(text), "Caused by: ")
		    ? trace_go_to(s, RAILS, TRACE_YES)
		    : TRACE_NO;
	case REVERSED:
		return in_reversed(s, text);
	case NOWHERE:
		break;
	}
	return begin(s, text);
}
