#include "record/detect_rules.h"

/*
 * Does `s` start with `form`?  There 'd' is a digit, 'l' a level's letter,
 * ' ' one or more blanks, '+' one or more digits, '*' up to 64 bytes that
 * are not '('; all else is itself.  `*letter` is set to what 'l' stood for.
 */
static bool
starts_as(struct str s, const char *form, char *letter)
{
	size_t at = 0;
	for (; *form != '\0'; form++) {
		size_t n = at;
		switch (*form) {
		case 'd':
			n += at < s.len && s.data[at] >= '0' &&
			    s.data[at] <= '9';
			break;
		case '+':
			while (
			    n < s.len && s.data[n] >= '0' && s.data[n] <= '9')
				n++;
			break;
		case ' ':
			while (n < s.len && s.data[n] == ' ')
				n++;
			break;
		case '*':
			while (n < s.len && n < at + 64 && s.data[n] != '(')
				n++;
			break;
		case 'l':
			n += at < s.len;
			if (at < s.len)
				*letter = s.data[at];
			break;
		default:
			n += at < s.len && s.data[at] == *form;
			break;
		}
		if (n == at)
			return false;
		at = n;
	}
	return true;
}

/* Which letters a form has, and what it looks like. */
static const struct {
	const char *letters;
	const char *form;
} forms[] = {
	{ "DIWEF", "ldddd dd:dd:dd" }, /* klog, glog */
	{ "VDIWEF", "l/*( +): " }, /* Android, brief: five places */
	{ "VDIWEF", "l/*(ddddd): " },
	{ "VDIWEF", "dd-dd dd:dd:dd.ddd + + l " }, /* Android, threadtime */
	{ "DIWEC", "[l dddddd dd:dd:dd" }, /* Tornado */
	{ "DIWEC", "[l dddd-dd-dd dd:dd:dd" }, /* Jupyter */
	{ "DIWEC", "[l dd:dd:dd" }, { "IWEN", "l: " }, /* apt */
};

static enum severity
severity_of(char letter)
{
	switch (letter) {
	case 'F':
	case 'C':
		return SEVERITY_CRIT;
	case 'E':
		return SEVERITY_ERR;
	case 'W':
		return SEVERITY_WARNING;
	case 'N':
		return SEVERITY_NOTICE;
	case 'I':
		return SEVERITY_INFO;
	default:
		return SEVERITY_DEBUG;
	}
}

/* Few lines come near one of the forms; the others cost three looks. */
static bool
may_have_form(struct str s)
{
	if (s.len < 3)
		return false;
	char first = s.data[0], second = s.data[1];
	if (first >= 'A' && first <= 'Z')
		return second == ':' || second == '/' ||
		    (second >= '0' && second <= '9');
	return first == '[' ? s.data[2] == ' ' : s.data[2] == '-';
}

int
detect_letter(struct record *r)
{
	if (!may_have_form(r->body))
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		char letter = '\0';
		if (!starts_as(r->body, forms[i].form, &letter))
			continue;
		for (const char *l = forms[i].letters; *l != '\0'; l++) {
			if (*l == letter) {
				r->severity = severity_of(letter);
				return 1;
			}
		}
	}
	return 0;
}
