#include "record/detect_rules.h"

#include <string.h>

#include "record/prose.h"
#include "record/token.h"

/*
 * How much of a line may precede its message.  BlueGene's levels stand at
 * byte 120; most within 40.
 */
#define WINDOW 256
#define TOKENS_MAX 24
/* The length of "15:04:05.123456"; a longer time has a date. */
#define CLOCK_ALONE 15

/* What the word before was. */
enum kind {
	KIND_START, /* there is none */
	KIND_TIME, /* "10:00:00", "2024-01-01T10:00:00Z", "Jan" */
	KIND_NUMBER,
	KIND_LABEL, /* "prog:", "-", ":" */
	KIND_UPPER, /* "UTC" */
	KIND_PROSE, /* "the" */
	KIND_OTHER, /* "web-1", "org.example.Main" */
};

struct walk {
	struct str line;
	struct str rest;
	enum kind last;
	bool timed; /* a KIND_TIME was seen */
	bool indented; /* the line starts with two blanks or a tab */
	bool named; /* the last was "prog:" */
	bool denies; /* the last was "NO", "HTTP" or the like */
	unsigned numbers; /* words that start with a digit */
	unsigned upper; /* KIND_UPPER in a row */
	unsigned prose; /* KIND_PROSE since the last label */
};

/* Upper-case words after which a level's word is no level. */
static const struct str upper_prose[] = { STR("NO"), STR("NOT"), STR("HTTP"),
	STR("GET"), STR("SET"), STR("TASK"), STR("THE"), STR("AN"), STR("ANY"),
	STR("SQL"), STR("ON"), STR("IN"), STR("IS"), STR("OF"), STR("LAST"),
	STR("GOT") };

static bool
is_calendar(struct str w)
{
	static const char names[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct "
				    "Nov Dec Mon Tue Wed Thu Fri Sat Sun";
	if (w.len != 3)
		return false;
	for (const char *n = names; n < names + sizeof(names) - 1; n += 4)
		if (memcmp(w.data, n, 3) == 0)
			return true;
	return false;
}

static bool
is_closing(char c)
{
	return c == '[' || c == ']' || c == ')' || c == '>' || c == '|';
}

static enum kind
kind_of(const struct token *t)
{
	char first = t->text.data[0];
	if (str_is_digit(first)) {
		bool epoch = t->text.len == 10 || t->text.len == 13;
		return (t->bytes == TOKEN_DIGIT ? epoch : t->text.len >= 5)
		    ? KIND_TIME
		    : KIND_NUMBER;
	}
	if (t->colon || t->bytes == TOKEN_OTHER)
		return KIND_LABEL;
	if (is_calendar(t->text))
		return KIND_TIME;
	if (t->bytes == TOKEN_UPPER)
		return KIND_UPPER;
	if (!(t->bytes & (TOKEN_DIGIT | TOKEN_OTHER)) && t->before != '[' &&
	    !is_closing(t->next))
		return KIND_PROSE;
	return KIND_OTHER;
}

static void
step(struct walk *w, const struct token *t)
{
	w->last = kind_of(t);
	w->named = t->colon && t->bytes != TOKEN_OTHER;
	w->denies = w->last == KIND_UPPER &&
	    prose_has_word(t->text, upper_prose,
		sizeof(upper_prose) / sizeof(*upper_prose));
	w->timed |= w->last == KIND_TIME;
	w->numbers += w->last == KIND_NUMBER || w->last == KIND_TIME;
	w->upper = w->last == KIND_UPPER ? w->upper + 1 : 0;
	if (w->last == KIND_PROSE)
		w->prose++;
	else if (w->last == KIND_LABEL && w->timed && w->prose == 1)
		w->prose = 0; /* "10:00:00 host prog:", "- module -" */
}

/* Does what precedes this word look like the front of a line of log? */
static bool
is_in_place(const struct walk *w, const struct token *t, bool colon)
{
	if (w->prose > 0)
		return false;
	if (t->before == ']' || t->before == '|' || t->before == '>' ||
	    (t->before == '[' && (w->timed || w->last == KIND_START)))
		return true;
	switch (w->last) {
	case KIND_START:
	case KIND_TIME:
	case KIND_LABEL:
		return true;
	case KIND_NUMBER:
		return w->timed || w->numbers >= 2;
	case KIND_UPPER:
		return w->upper <= 2 && !w->denies && (w->timed || colon);
	case KIND_OTHER:
		return w->timed;
	case KIND_PROSE:
		break;
	}
	return false;
}

static bool
is_enclosed(const struct walk *w, const struct token *t)
{
	if (t->before == '<') /* but not a tag */
		return t->after == '>' &&
		    (w->rest.len == 1 || w->rest.data[1] == ' ');
	return (t->before == '[' && t->after == ']') ||
	    (t->before == '|' && t->after == '|');
}

/*
 * The ERROR of "ERROR:root:text" (Python), "[core:error]" (Apache),
 * "[ERROR/MainProcess]" and "production.ERROR: text" (Monolog).
 */
static struct str
level_part(const struct walk *w, const struct token *t)
{
	struct str s = t->text;
	if (!(t->bytes & TOKEN_OTHER))
		return s;
	const char *colon = memchr(s.data, ':', s.len);
	const char *slash = memchr(s.data, '/', s.len);
	const char *dot = memrchr(s.data, '.', s.len);
	if (t->before == '[' && t->after == ']' && colon != NULL)
		return str_after(s, (size_t)(colon + 1 - s.data));
	if (t->before == '[' && t->after == ']' && slash != NULL)
		s.len = (size_t)(slash - s.data);
	else if (colon != NULL && w->last == KIND_START)
		s.len = (size_t)(colon - s.data);
	else if (dot != NULL && t->colon && w->timed)
		return str_after(s, (size_t)(dot + 1 - s.data));
	return s;
}

/* "ERROR", in upper case, where levels stand; `level` is that part of `t`. */
static bool
is_upper(const struct walk *w, const struct token *t, struct str level)
{
	for (size_t i = 0; i < level.len; i++)
		if (level.data[i] >= 'a' && level.data[i] <= 'z')
			return false;
	if (!is_in_place(w, t, t->colon))
		return false;
	if (t->colon)
		return !prose_is_nothing(w->rest);
	if (level.len < t->text.len)
		return true;
	if (w->last == KIND_START && prose_is_about_levels(w->rest))
		return false;
	/* "failed: ERROR 1045" */
	if (!w->timed && w->last == KIND_LABEL && w->named)
		return false;
	return t->next != '(' && (t->after != '(' || w->timed) &&
	    t->after != '<' && t->after != '"' &&
	    (t->after != ',' || t->before == ',');
}

/*
 * Is this the first word of a level of two, "fatal error:" or BIND's "debug
 * 1:"?
 */
static bool
is_first_of_two(const struct walk *w, const struct token *t)
{
	static const struct str fatal = STR("fatal"), error = STR("error"),
				debug = STR("debug");
	struct str rest = w->rest;
	struct token next;
	if (t->next != ' ' || (t->text.data[0] | 0x20) > 'f' ||
	    !token_next(w->line, &rest, &next) || !next.colon)
		return false;
	return (str_equal_nocase(t->text, fatal) &&
		   str_equal_nocase(next.text, error)) ||
	    (w->timed && next.bytes == TOKEN_DIGIT &&
		str_equal(t->text, debug));
}

/* "error: foo", "prog: warning: foo", "Fatal error: foo". */
static bool
is_label(const struct walk *w, const struct token *t)
{
	/* "    err: {" belongs to the line before. */
	return !(w->indented && !w->timed) && is_in_place(w, t, true) &&
	    (t->colon ? !prose_is_nothing(w->rest) : is_first_of_two(w, t));
}

/* "2024-01-01 10:00:00 info text", of words that start few sentences. */
static bool
is_plain(const struct walk *w, const struct token *t)
{
	static const struct str words[] = { STR("info"), STR("debug"),
		STR("trace"), STR("warn") };
	return t->next == ' ' && !prose_is_about_levels(w->rest) &&
	    prose_has_word(t->text, words, sizeof(words) / sizeof(*words));
}

/* Does the level word `level`, all or part of `t`, say the line's level? */
static bool
is_level(const struct walk *w, const struct token *t, struct str level)
{
	/* One word may be a program's name: "nginx [error] open() failed". */
	if (is_enclosed(w, t) && !t->colon && w->prose <= 1)
		return w->last != KIND_UPPER || w->timed || t->before == '|';
	if (is_upper(w, t, level))
		return true;
	if (level.len < t->text.len)
		return false;
	if (is_label(w, t))
		return true;
	if (w->last != KIND_TIME || w->prose > 0)
		return false;
	/* "10:00:00, Info      CBS": a column of its own. */
	return t->column || (w->numbers >= 2 && is_plain(w, t));
}

/*
 * key=value.  1: the level; 0: another, passed over with its quoted value;
 * -1: not closed, or a level where none belongs.
 */
static int
take_pair(struct walk *w, const struct token *t, const char *equals,
    enum severity *severity)
{
	static const struct str keys[] = { STR("level"), STR("lvl"),
		STR("severity"), STR("prio"), STR("levelname"),
		STR("log.level") };
	struct str key = { t->text.data, (size_t)(equals - t->text.data) };
	struct str value = str_after(t->text, key.len + 1);
	if (value.len == 0 && t->after == '"' && w->rest.data[0] == '"') {
		value = str_after(w->rest, 1);
		const char *end = memchr(value.data, '"', value.len);
		if (end == NULL)
			return -1;
		value.len = (size_t)(end - value.data);
		w->rest = str_after(w->rest, value.len + 2);
	}
	if (value.len > 2 && value.data[0] == '\'' &&
	    value.data[value.len - 1] == '\'') /* structlog */
		value = (struct str){ value.data + 1, value.len - 2 };
	w->last = KIND_OTHER;
	if (t->before == '(' ||
	    !prose_has_word(key, keys, sizeof(keys) / sizeof(*keys)) ||
	    severity_stated(value, severity) == -1)
		return 0;
	return w->prose == 0 ? 1 : -1;
}

/*
 * 1: this word is the level; 0: go on; -1: the message has begun, or a level's
 * word stands where no level does.
 */
static int
look_at(struct walk *w, const struct token *t, enum severity *severity)
{
	const char *equals = NULL;
	if (t->bytes & TOKEN_OTHER)
		equals = memchr(t->text.data, '=', t->text.len);
	if (equals != NULL && equals != t->text.data)
		return take_pair(w, t, equals, severity);
	static const struct str log = STR("LOG");
	struct str level = level_part(w, t);
	if (t->colon && t->column && str_equal(t->text, log) &&
	    is_in_place(w, t, true)) { /* PostgreSQL */
		*severity = SEVERITY_INFO;
		return 1;
	}
	if (severity_stated(level, severity) == 0)
		return is_level(w, t, level) ? 1 : -1;
	step(w, t);
	return w->prose < 2 ? 0 : -1;
}

static bool
is_indented(struct str line)
{
	return line.len >= 2 &&
	    (line.data[0] == '\t' ||
		(line.data[0] == ' ' && line.data[1] == ' '));
}

int
detect_words(const struct front *f, enum severity *out)
{
	struct walk w = {
		.line = f->line, .last = KIND_START, .timed = f->carried
	};
	if (w.line.len > WINDOW)
		w.line.len = WINDOW;
	w.indented = is_indented(w.line);
	w.rest = w.line;
	if (f->time > 0 && f->after < w.line.len) {
		w.rest = str_after(w.line, f->after);
		w.last = KIND_TIME;
		w.timed = true;
		w.numbers = f->time > CLOCK_ALONE ? 2 : 1;
	}
	for (int i = 0; i < TOKENS_MAX; i++) {
		struct token t;
		enum severity severity;
		if (!token_next(w.line, &w.rest, &t) ||
		    (w.rest.len == 0 && f->line.len > WINDOW))
			return 0;
		int found = look_at(&w, &t, &severity);
		if (found == 1)
			*out = severity;
		if (found != 0)
			return found == 1;
	}
	return 0;
}
