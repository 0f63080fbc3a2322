#include "record/detect_rules.h"

#include <string.h>

#include "record/facility.h"
#include "record/pair.h"
#include "record/place.h"
#include "record/prose.h"

#define TOKENS_MAX 24
/* Words of prose in a group: "(MSC service thread 1-1)". */
#define GROUP_MAX 5

/* What of a word is a level's word: all of it, or a part. */
struct part {
	struct str text;
	bool whole;
	bool closing; /* the end of "[Server thread/INFO]" */
};

/* The part of `s` behind `mark`, or in front of it, if that is a level. */
static bool
take_side(struct str s, const char *mark, bool behind, struct str *out)
{
	enum severity ignored;
	if (mark == NULL)
		return false;
	struct str side = { s.data, (size_t)(mark - s.data) };
	if (behind)
		side = str_after(s, side.len + 1);
	if (severity_stated(side, &ignored) == -1)
		return false;
	*out = side;
	return true;
}

/* The byte of `set` that comes last in `s`, or NULL. */
static const char *
last_of(struct str s, const char *set)
{
	for (size_t i = s.len; i > 0; i--)
		if (strchr(set, s.data[i - 1]) != NULL)
			return s.data + i - 1;
	return NULL;
}

/*
 * In brackets: the level of "[core:error]" (Apache), "[ERROR/MainProcess]",
 * "[Server thread/INFO]", "[twisted.web#warn]", "[a: b: wafl.full:notice]".
 */
static bool
take_bracketed(const struct place *p, const struct token *t, struct part *part)
{
	struct str s = t->text;
	bool first = t->before == '[';
	bool closed = t->after == ']' && (first || p->open == '[');
	if (closed && take_side(s, last_of(s, ":/#"), true, &part->text)) {
		part->closing = true;
		return true;
	}
	/* "[ns_server:debug,2024-01-02" (Couchbase) */
	if (first && t->next == ',' && p->last == PLACE_START &&
	    take_side(s, last_of(s, ":"), true, &part->text)) {
		part->closing = true;
		return true;
	}
	return closed && first &&
	    (take_side(s, memchr(s.data, ':', s.len), false, &part->text) ||
		take_side(s, memchr(s.data, '/', s.len), false, &part->text));
}

/*
 * The ERROR of "ERROR:root:text" (Python), "*ERROR*" (Sling), ":ERROR:",
 * "production.ERROR: text" (Monolog), "error/cli: text" (Icinga), and what
 * stands in brackets.
 */
static struct part
level_part(const struct place *p, const struct token *t)
{
	struct part part = { .text = t->text, .whole = true };
	if (!(t->bytes & TOKEN_OTHER))
		return part;
	struct str *s = &part.text;
	part.whole = false;
	while (s->len > 1 && (s->data[0] == ':' || s->data[0] == '*'))
		*s = str_after(*s, 1);
	while (s->len > 1 && s->data[s->len - 1] == '*')
		s->len--;
	if (take_bracketed(p, t, &part))
		return part;
	const char *colon = memchr(s->data, ':', s->len);
	const char *dot = memrchr(s->data, '.', s->len);
	const char *slash = memchr(s->data, '/', s->len);
	if (colon != NULL && p->last != PLACE_PROSE && p->last != PLACE_OTHER)
		take_side(*s, colon, false, s);
	else if (dot != NULL && t->colon && p->timed)
		take_side(*s, dot, true, s);
	else if (slash != NULL && t->colon && p->last == PLACE_TIME)
		part.closing = take_side(*s, slash, false, s);
	return part;
}

static bool
has_lower(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] >= 'a' && s.data[i] <= 'z')
			return true;
	return false;
}

/*
 * java.util.logging's word is one of other programs' messages, too: it counts
 * behind a time, and in front of a colon or a bracket.
 */
static bool
is_misplaced_config(
    const struct place *p, const struct token *t, struct str word)
{
	static const struct str config = STR("CONFIG");
	return word.len == config.len && str_equal(word, config) &&
	    p->last != PLACE_TIME && !place_is_cell(p, t) &&
	    (p->last != PLACE_START || (!t->colon && t->after != '['));
}

/* "ERROR", in upper case, where levels stand. */
static bool
is_upper(const struct place *p, const struct token *t, const struct part *part)
{
	if (has_lower(part->text) || !place_fits(p, t, t->colon))
		return false;
	if (t->before == '(')
		return p->clock && t->after == ')';
	if (t->colon)
		return !prose_is_nothing(p->rest);
	if (!part->whole)
		return true;
	if (p->last == PLACE_START &&
	    (prose_is_about_levels(p->rest) || prose_is_nothing(p->rest)))
		return false;
	/* "failed: ERROR 1045" */
	if (!p->timed && p->last == PLACE_LABEL && p->named)
		return false;
	return t->next != '(' && (t->after != '(' || p->timed) &&
	    (t->after != '<' || p->timed) && t->after != '"' &&
	    (t->after != ',' || t->before == ',');
}

/* "E0308", "CS0103": letters and digits. */
static bool
is_code(const struct token *t)
{
	return t->bytes == (TOKEN_UPPER | TOKEN_DIGIT) &&
	    t->text.data[0] >= 'A';
}

/*
 * Is this the first word of a label of two: "fatal error:", BIND's "debug
 * 1:", a compiler's "error C2065:", libvirt's "error :"?
 */
static bool
is_first_of_two(const struct place *p, const struct token *t)
{
	static const struct str fatal = STR("fatal"), error = STR("error"),
				debug = STR("debug");
	struct str rest = p->rest;
	struct token next;
	if (t->next != ' ' || !token_next(p->line, &rest, &next))
		return false;
	if (str_equal_nocase(t->text, fatal) &&
	    str_equal_nocase(next.text, error))
		return next.colon || is_code(&next);
	if (next.text.len == 1 && next.text.data[0] == ':')
		return next.next == ' ' && p->last != PLACE_OTHER;
	return next.colon &&
	    (is_code(&next) ||
		(p->timed && next.bytes == TOKEN_DIGIT &&
		    str_equal(t->text, debug)));
}

/* "error: foo", "prog: warning: foo", "Fatal error: foo". */
static bool
is_label(const struct place *p, const struct token *t)
{
	/* "    err: {" belongs to the line before; "(error: x)" is prose. */
	return !(p->indented && !p->timed) && t->before != '(' &&
	    place_fits(p, t, true) &&
	    (t->colon ? !prose_is_nothing(p->rest) : is_first_of_two(p, t));
}

/*
 * In either case: "10:00:00 error connecting", "10:00:00, Info      CBS",
 * "[10:00:00] <07> Info      text".
 */
static bool
is_column(const struct place *p, const struct token *t)
{
	if (p->prose > 0 || prose_is_about_levels(p->rest))
		return false;
	if (p->last == PLACE_TIME)
		return t->column || (p->clock && t->next == ' ');
	return t->column && p->timed &&
	    (t->before == '>' || t->before == ']' || t->before == ')');
}

/* "10:00:00 host notice mcpd[12]: text" (F5). */
static bool
is_before_program(const struct place *p, const struct token *t)
{
	struct str rest = p->rest;
	struct token next;
	return p->timed && p->words == 1 && t->next == ' ' &&
	    token_next(p->line, &rest, &next) && next.next == '[';
}

/* "LibClamAV Error: text", "Build Warning: text", at the start of a line. */
static bool
is_titled(const struct place *p, const struct token *t)
{
	return t->colon && p->words == 1 && !p->timed && !place_is_denied(p) &&
	    !p->named && t->text.data[0] < 'a' && t->before == ' ' &&
	    !prose_is_nothing(p->rest);
}

/* Does the level's word in `part` of `t` say the line's level? */
static bool
is_level(const struct place *p, const struct token *t, const struct part *part)
{
	/* One word may be a program's name: "nginx [error] open() failed". */
	if (p->prose <= 1 && !t->colon && place_is_cell(p, t))
		return p->last != PLACE_UPPER || p->timed || t->before != '[';
	if (part->closing)
		return p->outside == 0 || p->open == '\0';
	if (is_upper(p, t, part))
		return true;
	if (!part->whole)
		return false;
	if (is_label(p, t))
		return true;
	return is_column(p, t) || is_before_program(p, t) || is_titled(p, t);
}

/* "daemon.info", "[ID 540533 kern.error]", "user:err": syslog's selectors. */
static bool
is_selector(const struct place *p, const struct token *t, enum severity *out)
{
	enum facility ignored;
	struct str s = t->text;
	if (!p->timed || p->prose > 1 ||
	    t->bytes & ~(TOKEN_LOWER | TOKEN_DIGIT | TOKEN_OTHER))
		return false;
	const char *mark = memrchr(s.data, '.', s.len);
	if (mark == NULL && (mark = memrchr(s.data, ':', s.len)) == NULL)
		return false;
	struct str first = { s.data, (size_t)(mark - s.data) };
	return severity_parse(str_after(s, first.len + 1), out) == 0 &&
	    facility_parse(first, &ignored) == 0;
}

/* PostgreSQL's. */
static bool
is_log(const struct place *p, const struct token *t, struct str word)
{
	static const struct str log = STR("LOG");
	return word.len == 3 && t->colon && t->column && str_equal(word, log) &&
	    place_fits(p, t, true);
}

/* Behind a time it starts the line of an access log. */
static bool
is_method(const struct token *t)
{
	static const struct str methods[] = { STR("GET"), STR("POST"),
		STR("HEAD"), STR("PUT"), STR("DELETE"), STR("OPTIONS") };
	return t->bytes == TOKEN_UPPER && !t->colon &&
	    prose_has_word(
		t->text, methods, sizeof(methods) / sizeof(*methods));
}

/* The '=' of "key=value", but not of "ERROR:key=value"; or NULL. */
static const char *
find_equals(const struct token *t)
{
	if (!(t->bytes & TOKEN_OTHER))
		return NULL;
	struct str s = t->text;
	const char *equals = memchr(s.data, '=', s.len);
	if (equals == NULL || equals == s.data ||
	    memchr(s.data, ':', (size_t)(equals - s.data)) != NULL)
		return NULL;
	return equals;
}

/* A word with letters in it, and no pair: see look_at. */
static int
look_at_letters(struct place *p, const struct token *t, enum severity *out)
{
	if (t->bytes & TOKEN_OTHER && is_selector(p, t, out))
		return 1;
	struct part part = level_part(p, t);
	if (is_log(p, t, part.text)) {
		*out = SEVERITY_INFO;
		return 1;
	}
	if (severity_stated(part.text, out) == 0 &&
	    !is_misplaced_config(p, t, part.text))
		return is_level(p, t, &part) ? 1 : -1;
	return is_method(t) ? -1 : 0;
}

/*
 * 1: this word is the level; 0: go on; -1: the message has begun, or a level's
 * word stands where no level does.
 */
static int
look_at(struct place *p, const struct token *t, enum severity *out)
{
	if (t->bytes & (TOKEN_UPPER | TOKEN_LOWER)) {
		const char *equals = find_equals(t);
		if (equals != NULL)
			return pair_take(p, t, equals, out);
		int found = look_at_letters(p, t, out);
		if (found != 0)
			return found;
	}
	place_step(p, t);
	return p->prose < (p->open != '\0' ? p->outside + GROUP_MAX : 2) ? 0
									 : -1;
}

int
detect_words(const struct front *f, enum severity *out)
{
	struct place p;
	place_start(&p, f);
	for (int i = 0; i < TOKENS_MAX; i++) {
		struct token t;
		enum severity severity;
		if (!token_next(p.line, &p.rest, &t) ||
		    (p.rest.len == 0 && f->line.len > PLACE_WINDOW))
			return 0;
		int found = look_at(&p, &t, &severity);
		if (found == 1)
			*out = severity;
		if (found != 0)
			return found == 1;
	}
	return 0;
}
