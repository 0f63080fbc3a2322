#include "record/form.h"

#include <assert.h>
#include <string.h>

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
	if (*shape == '~')
		return true;
	if (*shape == '0')
		return is_in(c, DIGIT);
	if (*shape != '%')
		return c == *shape;
	switch (shape[1]) {
	case 'i':
		return is_in(c, DIGIT);
	case 'a':
		return is_in(c, LETTER);
	case 'L': /* one of severity_parse's words */
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
		for (int c = 0; c < 256; c++)
			if (may_start(shape, &set->forms[i], (char)c))
				(timed ? set->behind_time : set->at_start)[c] |=
				    UINT64_C(1) << i;
	}
	set->ready = true;
}

static bool
find_among(const struct form_set *set, uint64_t which, struct str s,
    size_t time, enum severity *out)
{
	for (; which != 0; which &= which - 1) {
		const struct form *form = &set->forms[__builtin_ctzll(which)];
		struct match m = { .s = s, .at = time };
		if (fits(&m, form->shape + (time > 0 ? 2 : 0)) &&
		    is_level(form, &m, out))
			return true;
	}
	return false;
}

int
form_find(struct form_set *set, const struct front *f, enum severity *out)
{
	if (!set->ready)
		make_ready(set);
	if (f->line.len == 0)
		return 0;
	const unsigned char *bytes = (const unsigned char *)f->line.data;
	uint64_t which = set->at_start[bytes[0]];
	if (which != 0 && find_among(set, which, f->line, 0, out))
		return 1;
	if (f->time == 0 || f->after == f->line.len)
		return 0;
	which = set->behind_time[bytes[f->after]];
	return which != 0 && find_among(set, which, f->line, f->time, out);
}
