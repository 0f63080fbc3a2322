#include "record/detect_rules.h"

#include <string.h>

/* How far a level may be from the start. */
#define WINDOW 4096

static const struct str keys[] = {
	STR("level"),
	STR("severity"),
	STR("lvl"),
	STR("levelname"),
	STR("level_name"),
	STR("loglevel"),
	STR("log_level"),
	STR("log.level"),
};

static bool
is_level_key(struct str key)
{
	if (key.len == 0 || (key.data[0] != 'l' && key.data[0] != 's'))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_equal(key, keys[i]))
			return true;
	return false;
}

static void
skip_blanks(struct str *s)
{
	while (s->len > 0 &&
	    (s->data[0] == ' ' || s->data[0] == '\t' || s->data[0] == '\r'))
		*s = str_after(*s, 1);
}

static bool
take_byte(struct str *s, char c)
{
	skip_blanks(s);
	if (s->len == 0 || s->data[0] != c)
		return false;
	*s = str_after(*s, 1);
	return true;
}

/* A string with its escapes left as they are.  False: it does not end. */
static bool
take_string(struct str *s, struct str *out)
{
	if (!take_byte(s, '"'))
		return false;
	size_t n = 0;
	for (;;) {
		const char *quote =
		    s->len > n ? memchr(s->data + n, '"', s->len - n) : NULL;
		if (quote == NULL)
			return false;
		size_t end = (size_t)(quote - s->data), slashes = 0;
		while (slashes < end && s->data[end - slashes - 1] == '\\')
			slashes++;
		n = end + 1;
		if (slashes % 2 == 0)
			break;
	}
	*out = (struct str){ s->data, n - 1 };
	*s = str_after(*s, n);
	return true;
}

/* Pass over an array or an object.  False: it does not end in the window. */
static bool
skip_nested(struct str *s)
{
	size_t depth = 0;
	struct str ignored;
	while (s->len > 0) {
		char c = s->data[0];
		if (c == '"') {
			if (!take_string(s, &ignored))
				return false;
			continue;
		}
		*s = str_after(*s, 1);
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return true;
	}
	return false;
}

/* A number or a bare word; it must be followed by something. */
static bool
take_bare(struct str *s, struct str *out)
{
	size_t n = 0;
	while (n < s->len && s->data[n] != ',' && s->data[n] != '}')
		n++;
	if (n == s->len)
		return false;
	*out = str_trim((struct str){ s->data, n });
	*s = str_after(*s, n);
	return true;
}

/* Bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
static int
parse_number(struct str number, enum severity *out)
{
	static const enum severity tens[] = { SEVERITY_DEBUG, SEVERITY_DEBUG,
		SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERR, SEVERITY_CRIT };
	if (number.len != 2 || number.data[0] < '1' || number.data[0] > '6' ||
	    number.data[1] < '0' || number.data[1] > '9')
		return -1;
	*out = tens[number.data[0] - '1'];
	return 0;
}

/* Pass over the value of `key`.  1: it was a level; 0: not; -1: no JSON. */
static int
take_value(struct str *s, struct str key, enum severity *out)
{
	struct str value;
	skip_blanks(s);
	if (s->len == 0)
		return -1;
	if (s->data[0] == '{' || s->data[0] == '[')
		return skip_nested(s) ? 0 : -1;
	if (s->data[0] == '"') {
		if (!take_string(s, &value))
			return -1;
		return is_level_key(key) && severity_parse(value, out) == 0;
	}
	if (!take_bare(s, &value))
		return -1;
	return is_level_key(key) && parse_number(value, out) == 0;
}

int
detect_json(struct record *r)
{
	struct str s = r->body, key;
	if (s.len > WINDOW)
		s.len = WINDOW;
	if (!take_byte(&s, '{'))
		return 0;
	do {
		if (!take_string(&s, &key) || !take_byte(&s, ':'))
			return 0;
		int found = take_value(&s, key, &r->severity);
		if (found != 0)
			return found == 1;
	} while (take_byte(&s, ','));
	return 0;
}
