#include "record/form.h"

#include <assert.h>
#include <string.h>

#include "record/token.h"

/* What of a line a form stands for. */
struct match {
	struct str s;
	size_t at;
	char letter;
	struct str word;
};

/* Which classes a byte is in. */
#define DIGIT 1u
#define LETTER 2u
#define BLANK 4u
#define NAME 8u /* %n */
#define LEVEL 16u /* %L */
#define UPPER 32u

static unsigned char classes[256];

static void
make_classes(void)
{
	for (int c = 0; c < 256; c++) {
		bool digit = c >= '0' && c <= '9';
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool mark = c != '\0' && strchr("_.-$@/:", c) != NULL;
		classes[c] = (unsigned char)((digit ? DIGIT : 0) |
		    (letter ? LETTER : 0) |
		    (c == ' ' || c == '\t' ? BLANK : 0) |
		    (digit || letter || mark ? NAME : 0) |
		    (letter || c == '-' ? LEVEL : 0) |
		    (letter && c < 'a' ? UPPER : 0));
	}
}

static bool
is_in(char c, unsigned class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

static size_t
run_of(const struct match *m, unsigned class)
{
	size_t n = 0;
	while (m->at + n < m->s.len && is_in(m->s.data[m->at + n], class))
		n++;
	return n;
}

/* "WARNING" of "Gtk-WARNING". */
static void
note_word(struct match *m, size_t n)
{
	struct str word = { m->s.data + m->at, n };
	const char *dash = n > 0 ? memrchr(word.data, '-', n) : NULL;
	if (dash != NULL)
		word = str_after(word, (size_t)(dash + 1 - word.data));
	m->word = word;
}

/* How many bytes the class `c` takes, at most; 0: it does not fit. */
static size_t
take_class(struct match *m, char c)
{
	size_t n = 0;
	switch (c) {
	case 'i':
		return run_of(m, DIGIT);
	case 'a':
		return m->at < m->s.len && is_in(m->s.data[m->at], LETTER);
	case 'n':
		n = run_of(m, NAME);
		/* A name's last colon is what follows it. */
		while (n > 0 && m->s.data[m->at + n - 1] == ':')
			n--;
		return n;
	case 'u':
		if (m->at == m->s.len || !is_in(m->s.data[m->at], UPPER))
			return 0;
		/* fall through */
	case 'w':
		while (
		    m->at + n < m->s.len && !is_in(m->s.data[m->at + n], BLANK))
			n++;
		return n;
	case '*':
		while (n < 64 && m->at + n < m->s.len &&
		    m->s.data[m->at + n] != '(')
			n++;
		return n;
	case 'T':
		return front_time(str_after(m->s, m->at));
	case 'l':
		if (m->at < m->s.len)
			m->letter = m->s.data[m->at];
		return m->at < m->s.len;
	case 'L':
		n = run_of(m, LEVEL);
		note_word(m, n);
		return n;
	default:
		return m->at < m->s.len && m->s.data[m->at] == c;
	}
}

static bool
fits(struct match *m, const char *shape)
{
	for (; *shape != '\0'; shape++) {
		size_t n = 0;
		if (m->at < m->s.len && m->s.data[m->at] == '\x1b')
			m->at = token_skip_colours(m->s, m->at);
		if (shape[0] == '%' && shape[1] == 'e')
			return m->at == m->s.len;
		if (*shape == '%')
			n = take_class(m, *++shape);
		else if (*shape == ' ' || *shape == '~')
			n = run_of(m, BLANK);
		else if (m->at < m->s.len)
			n = *shape == '0' ? is_in(m->s.data[m->at], DIGIT)
					  : m->s.data[m->at] == *shape;
		if (n == 0 && *shape != '~')
			return false;
		m->at += n;
	}
	return true;
}

static bool
is_level(const struct form *form, const struct match *m, enum severity *out)
{
	if (form->letters == NULL)
		return severity_stated(m->word, out) == 0;
	const char *found = form->letters;
	if (m->word.len > 0 ? !str_equal(m->word, str_from(form->letters))
			    : (found = memchr(form->letters, m->letter,
				   strlen(form->letters))) == NULL)
		return false;
	*out = (enum severity)(form->levels[found - form->letters] - '0');
	return true;
}

/* Could a line that has `shape` start with `c`? */
static bool
may_start(const char *shape, const struct form *form, char c)
{
	switch (*shape) {
	case '\0':
	case '~':
		return true;
	case '0':
		return is_in(c, DIGIT);
	case ' ':
		return is_in(c, BLANK);
	case '%':
		break;
	default:
		return c == *shape;
	}
	switch (shape[1]) {
	case 'i':
		return is_in(c, DIGIT);
	case 'a':
		return is_in(c, LETTER);
	case 'L': /* one of severity_stated's words */
		return form->letters != NULL
		    ? c == form->letters[0]
		    : c != '\0' && strchr("eapcfswnidtv", c | 0x20) != NULL;
	case 'l':
		return c != '\0' && strchr(form->letters, c) != NULL;
	case 'u':
		return is_in(c, UPPER);
	case 'n':
		return is_in(c, NAME);
	case '%':
		return c == '%';
	default:
		return true;
	}
}

/* The class of the bytes that `shape` starts with, if it is a run of them. */
static unsigned
first_run(const char *shape)
{
	if (shape[0] == '%' && shape[1] == 'i')
		return DIGIT;
	return shape[0] == '%' && shape[1] == 'L' ? LEVEL : 0;
}

/* Could a line that has `shape` have `c` as its second byte? */
static bool
may_be_second(const char *shape, const struct form *form, char c)
{
	unsigned run = first_run(shape);
	if (run != 0)
		return is_in(c, run) || may_start(shape + 2, form, c);
	if (shape[0] != '%')
		return shape[0] == '~' || shape[0] == ' ' ||
		    may_start(shape + 1, form, c);
	return (shape[1] != 'l' && shape[1] != 'a') ||
	    may_start(shape + 2, form, c);
}

static void
note_form(struct form_index *index, const struct form *form, const char *shape,
    uint64_t bit)
{
	unsigned run = first_run(shape);
	for (int c = 0; c < 256; c++) {
		/* A colour may stand anywhere, and the line may end. */
		bool any = c == '\x1b' || c == '\0';
		if (may_start(shape, form, (char)c))
			index->first[c] |= bit;
		if (any || may_be_second(shape, form, (char)c))
			index->second[c] |= bit;
		if (any || run == 0 || may_start(shape + 2, form, (char)c))
			index->behind[c] |= bit;
	}
	if (run == LEVEL && form->letters == NULL)
		index->worded |= bit;
}

static void
make_ready(struct form_set *set)
{
	assert(set->count <= FORMS_MAX);
	make_classes();
	for (size_t i = 0; i < set->count; i++) {
		const char *shape = set->forms[i].shape;
		bool timed = strncmp(shape, "%T", 2) == 0;
		shape += timed ? 2 : 0;
		shape += timed && *shape == ' ' ? 1 : 0;
		note_form(timed ? &set->behind_time : &set->at_start,
		    &set->forms[i], shape, UINT64_C(1) << i);
	}
	set->ready = true;
}

/* The byte at `at`; '\0' behind the end. */
static unsigned char
byte_at(struct str s, size_t at)
{
	return at < s.len ? (unsigned char)s.data[at] : 0;
}

/* Which forms `s` may have from `at` on. */
static uint64_t
look_up(const struct form_index *index, struct str s, size_t at)
{
	uint64_t which =
	    index->first[byte_at(s, at)] & index->second[byte_at(s, at + 1)];
	if (which == 0)
		return 0;
	struct match m = { .s = s, .at = at };
	enum severity ignored;
	size_t run = run_of(&m, is_in(s.data[at], DIGIT) ? DIGIT : LEVEL);
	which &= index->behind[byte_at(s, at + run)];
	if (!(which & index->worded))
		return which;
	note_word(&m, run);
	return severity_stated(m.word, &ignored) == 0 ? which
						      : which & ~index->worded;
}

int
form_find(struct form_set *set, const struct front *f, enum severity *out)
{
	if (!set->ready)
		make_ready(set);
	size_t start = f->time > 0 ? f->after : 0;
	if (start >= f->line.len)
		return 0;
	uint64_t which = look_up(
	    f->time > 0 ? &set->behind_time : &set->at_start, f->line, start);
	for (; which != 0; which &= which - 1) {
		const struct form *form = &set->forms[__builtin_ctzll(which)];
		struct match m = { .s = f->line, .at = f->time };
		if (fits(&m, form->shape + (f->time > 0 ? 2 : 0)) &&
		    is_level(form, &m, out))
			return 1;
	}
	return 0;
}
