#include "record/place.h"

#include <string.h>

#include "record/prose.h"

/* The length of "15:04:05.123456"; a longer time has a date. */
#define CLOCK_ALONE 15

/* Words after which a level's word is no level; of Nagios in upper case. */
static const struct str denying[] = { STR("no"), STR("not"), STR("HTTP"),
	STR("GET"), STR("set"), STR("TASK"), STR("the"), STR("an"), STR("any"),
	STR("SQL"), STR("on"), STR("in"), STR("is"), STR("of"), STR("last"),
	STR("got") };
static const struct str denying_loud[] = { STR("SERVICE"), STR("HOST") };

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
	return c == ']' || c == ')' || c == '>';
}

/* One sign of U+2000 to U+2FFF: an arrow, a bullet, the edge of a box. */
static bool
is_symbol(struct str w)
{
	return w.len == 3 && (unsigned char)w.data[0] == 0xe2;
}

static enum place_kind
kind_of(const struct token *t)
{
	char first = t->text.data[0];
	if (first >= '0' && first <= '9') {
		/* 1704189845, 1704189845123, 20240102150405 */
		bool epoch =
		    t->text.len == 10 || t->text.len == 13 || t->text.len == 14;
		if (t->bytes == TOKEN_DIGIT ? epoch : t->text.len >= 5)
			return PLACE_TIME;
		return t->colon ? PLACE_LABEL : PLACE_NUMBER;
	}
	if (t->colon || t->bytes == TOKEN_OTHER || is_symbol(t->text) ||
	    (first == '#' && t->bytes == (TOKEN_OTHER | TOKEN_DIGIT)))
		return PLACE_LABEL;
	if (is_calendar(t->text))
		return PLACE_TIME;
	if (t->bytes == TOKEN_UPPER)
		return PLACE_UPPER;
	if (!(t->bytes & (TOKEN_DIGIT | TOKEN_OTHER)) && t->before != '[' &&
	    t->next != '[' && t->next != '|' && !is_closing(t->next))
		return PLACE_PROSE;
	return PLACE_OTHER;
}

static bool
is_indented(struct str line)
{
	return line.len >= 2 &&
	    (line.data[0] == '\t' ||
		(line.data[0] == ' ' && line.data[1] == ' '));
}

void
place_start(struct place *p, const struct front *f)
{
	*p = (struct place){
		.line = f->line, .last = PLACE_START, .timed = f->carried
	};
	if (p->line.len > PLACE_WINDOW)
		p->line.len = PLACE_WINDOW;
	p->indented = is_indented(p->line);
	p->rest = p->line;
	if (f->time == 0 || f->after >= p->line.len)
		return;
	p->rest = str_after(p->line, f->after);
	p->last = PLACE_TIME;
	p->timed = p->clock = true;
	p->numbers = f->time > CLOCK_ALONE ? 2 : 1;
}

static bool
opens(char c)
{
	return c == '[' || c == '(' || c == '<';
}

void
place_step(struct place *p, const struct token *t)
{
	/* "21:49:43.84: Warning" */
	if (p->last == PLACE_TIME && t->bytes == TOKEN_OTHER &&
	    t->text.data[0] == ':')
		return;
	if (opens(t->before) && p->open == '\0') {
		p->open = t->before;
		p->outside = p->prose;
	}
	p->last = kind_of(t);
	if (p->last == PLACE_PROSE && t->next == ',' && p->rest.len > 1 &&
	    p->rest.data[1] != ' ')
		p->last = PLACE_OTHER; /* "system,info,account" */
	p->named = t->colon && t->bytes != TOKEN_OTHER;
	p->before = t->text;
	p->timed |= p->last == PLACE_TIME;
	p->clock = p->last == PLACE_TIME && t->bytes != TOKEN_DIGIT &&
	    (!t->colon || memchr(t->text.data, ':', t->text.len) != NULL);
	p->numbers += p->last == PLACE_NUMBER || p->last == PLACE_TIME;
	p->upper = p->last == PLACE_UPPER ? p->upper + 1 : 0;
	if (p->last == PLACE_PROSE)
		p->prose++;
	else if (p->prose == 1 &&
	    /* "10:00:00 host prog:", "- module -"; "host 2024-01-02" */
	    ((p->last == PLACE_LABEL && p->timed) ||
		(p->last == PLACE_TIME && p->words == 1)))
		p->prose = 0;
	p->words++;
	if (p->open != '\0' && is_closing(t->after)) {
		p->open = '\0';
		p->prose = p->outside;
	}
}

bool
place_is_denied(const struct place *p)
{
	if (p->last == PLACE_UPPER &&
	    prose_has_word(p->before, denying_loud,
		sizeof(denying_loud) / sizeof(*denying_loud)))
		return true;
	return (p->last == PLACE_UPPER || p->last == PLACE_PROSE) &&
	    prose_has_word(
		p->before, denying, sizeof(denying) / sizeof(*denying));
}

bool
place_fits(const struct place *p, const struct token *t, bool colon)
{
	/* "10:00:00 thread INFO: text", "10:00:00 host INFO  [thread] text" */
	if (p->prose == 1 && p->timed && p->open == '\0' &&
	    t->bytes == TOKEN_UPPER && !place_is_denied(p))
		return colon || t->column || t->after == '[' ||
		    t->before == ']';
	if (p->prose > 0)
		return false;
	if (t->before == ']' || t->before == '|' || t->before == '>' ||
	    (t->before == '[' && (p->timed || p->last == PLACE_START)) ||
	    (t->before == ')' && colon))
		return true;
	switch (p->last) {
	case PLACE_START:
	case PLACE_TIME:
	case PLACE_LABEL:
		return true;
	case PLACE_NUMBER:
		return p->timed || p->numbers >= 2;
	case PLACE_UPPER:
		return p->upper <= 2 && (p->timed || colon) &&
		    !place_is_denied(p);
	case PLACE_PAIR:
	case PLACE_OTHER:
		return p->timed;
	case PLACE_PROSE:
		break;
	}
	return false;
}

/* A tab or two blanks precede `at`. */
static bool
is_set_off(const struct place *p, const char *at)
{
	size_t before = (size_t)(at - p->line.data);
	return before >= 2 &&
	    (at[-1] == '\t' || (at[-1] == ' ' && at[-2] == ' '));
}

bool
place_is_cell(const struct place *p, const struct token *t)
{
	/* The byte before `t`: not a separator that blanks follow. */
	char touching = t->text.data > p->line.data ? t->text.data[-1] : '\0';
	switch (t->before) {
	case '<': /* but not a tag */
		return t->after == '>' &&
		    (p->rest.len == 1 || p->rest.data[1] == ' ');
	case '[':
		return t->after == ']';
	case '|':
		return t->after == '|';
	case ';':
		return t->after == ';' && p->timed;
	case ',':
		return touching == ',' && t->next == ',' && p->timed;
	case '(':
		return t->next == ')' && p->rest.len > 1 &&
		    p->rest.data[1] == ':';
	default:
		return t->next == '\t' && is_set_off(p, t->text.data);
	}
}
