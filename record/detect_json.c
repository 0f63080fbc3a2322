#include "record/detect_rules.h"

#include <string.h>

/* How far a level may be from the start. */
#define WINDOW 4096

/* Members whose value may be a level's word, in either case. */
static const struct str keys[] = {
	STR("level"), STR("severity"), STR("lvl"), STR("levelname"),
	STR("level_name"), STR("loglevel"), STR("log_level"), STR("log.level"),
	STR("@level"), /* hclog */
	STR("@l"), /* Serilog's compact form */
	STR("severitytext"), /* OpenTelemetry */
	STR("severity_text"), STR("error_severity"), /* PostgreSQL's jsonlog */
};

/* Whose numbers a "level" has; a member of its own tells, before or after. */
enum scale {
	SCALE_UNKNOWN,
	SCALE_SYSLOG, /* GELF: "version":"1.1" or "short_message" */
	SCALE_MONOLOG, /* 100 to 600: "channel" */
	SCALE_NEXTCLOUD, /* 0 to 4: "reqId" */
};

struct walk {
	struct str s; /* what is left */
	enum scale scale;
	struct str number; /* the "level" that no scale is known for yet */
	int depth;
};

static bool
is_level_key(struct str key)
{
	if (key.len == 0 || strchr("lsLS@e", key.data[0]) == NULL)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_equal_nocase(key, keys[i]))
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

/* "3": syslog's number, in journald's JSON a string. */
static bool
parse_digit(struct str value, enum severity *out)
{
	if (value.len != 1 || value.data[0] < '0' || value.data[0] > '7')
		return false;
	*out = (enum severity)(value.data[0] - '0');
	return true;
}

/* Monolog: debug, info, notice, warning, error, critical, alert, emergency. */
static bool
parse_monolog(struct str number, enum severity *out)
{
	static const struct str steps[] = { STR("600"), STR("550"), STR("500"),
		STR("400"), STR("300"), STR("250"), STR("200"), STR("100") };
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		if (str_equal(number, steps[i])) {
			*out = (enum severity)i;
			return true;
		}
	}
	return false;
}

/* Nextcloud: debug, info, warning, error, fatal. */
static bool
parse_nextcloud(struct str number, enum severity *out)
{
	static const enum severity steps[] = { SEVERITY_DEBUG, SEVERITY_INFO,
		SEVERITY_WARNING, SEVERITY_ERR, SEVERITY_CRIT };
	if (number.len != 1 || number.data[0] < '0' || number.data[0] > '4')
		return false;
	*out = steps[number.data[0] - '0'];
	return true;
}

/* What the number says on the scale that is known, if one is. */
static bool
parse_scaled(const struct walk *w, enum severity *out)
{
	switch (w->number.len > 0 ? w->scale : SCALE_UNKNOWN) {
	case SCALE_SYSLOG:
		return parse_digit(w->number, out);
	case SCALE_MONOLOG:
		return parse_monolog(w->number, out);
	case SCALE_NEXTCLOUD:
		return parse_nextcloud(w->number, out);
	default:
		return false;
	}
}

/* Bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
static bool
parse_number(struct walk *w, struct str number, enum severity *out)
{
	static const enum severity tens[] = { SEVERITY_DEBUG, SEVERITY_DEBUG,
		SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERR, SEVERITY_CRIT };
	if (number.len != 2 || number.data[0] < '1' || number.data[0] > '6' ||
	    number.data[1] < '0' || number.data[1] > '9') {
		w->number = number;
		return false;
	}
	*out = tens[number.data[0] - '1'];
	return true;
}

/* Does the string `value` of `key` tell whose numbers these are? */
static void
note_scale(struct walk *w, struct str key, struct str value)
{
	static const struct str version = STR("version"), one = STR("1.1"),
				shorter = STR("short_message"),
				channel = STR("channel"),
				request = STR("reqId");
	if (str_equal(key, shorter) ||
	    (str_equal(key, version) && str_equal(value, one)))
		w->scale = SCALE_SYSLOG;
	else if (str_equal(key, channel))
		w->scale = SCALE_MONOLOG;
	else if (str_equal(key, request))
		w->scale = SCALE_NEXTCLOUD;
}

/* MongoDB: "s":"I"; "D1" to "D5" are debug. */
static bool
parse_mongo(struct str value, enum severity *out)
{
	static const char letters[] = "FEWID";
	static const enum severity levels[] = { SEVERITY_CRIT, SEVERITY_ERR,
		SEVERITY_WARNING, SEVERITY_INFO, SEVERITY_DEBUG };
	const char *found = value.len == 1 || value.len == 2
	    ? memchr(letters, value.data[0], sizeof(letters) - 1)
	    : NULL;
	if (found == NULL || (value.len == 2 && *found != 'D'))
		return false;
	*out = levels[found - letters];
	return true;
}

/* Is the string `value` of `key` the line's level? */
static bool
is_level(struct walk *w, struct str key, struct str value, enum severity *out)
{
	static const struct str priority = STR("priority"),
				journal = STR("PRIORITY"), mongo = STR("s"),
				log = STR("LOG");
	static const struct str name = STR("name"); /* Loguru's */
	if ((is_level_key(key) || (w->depth == 2 && str_equal(key, name))) &&
	    (severity_parse(value, out) == 0 ||
		severity_stated(value, out) == 0)) /* "dbug" */
		return true;
	switch (key.data[0]) {
	case 'P':
		return str_equal(key, journal) && parse_digit(value, out);
	case 'p':
		return str_equal(key, priority) &&
		    severity_parse(value, out) == 0;
	case 's':
		note_scale(w, key, value);
		return str_equal(key, mongo) && parse_mongo(value, out);
	case 'v':
	case 'c':
	case 'r':
		note_scale(w, key, value);
		return false;
	case 'e':
		*out = is_level_key(key) && str_equal(value, log)
		    ? SEVERITY_INFO
		    : *out;
		return is_level_key(key) && str_equal(value, log);
	default:
		return false;
	}
}

static int take_members(struct walk *w, enum severity *out);

/* Is it an object whose members may have the level: ECS, logstash, Loguru? */
static bool
may_hold_level(const struct walk *w, struct str key)
{
	static const struct str log = STR("log"), fields = STR("@fields"),
				record = STR("record"), level = STR("level");
	if (w->depth == 0)
		return str_equal(key, log) || str_equal(key, fields) ||
		    str_equal(key, record);
	return w->depth == 1 && str_equal(key, level);
}

/* 1: a level was in it; 0: none was; -1: no JSON. */
static int
take_nested(struct walk *w, struct str key, enum severity *out)
{
	if (w->s.data[0] == '{' && may_hold_level(w, key)) {
		struct walk inner = { .s = w->s, .depth = w->depth + 1 };
		if (take_members(&inner, out) == 1)
			return 1;
	}
	return skip_nested(&w->s) ? 0 : -1;
}

/* Pass over the value of `key`.  1: it was a level; 0: not; -1: no JSON. */
static int
take_value(struct walk *w, struct str key, enum severity *out)
{
	struct str value;
	skip_blanks(&w->s);
	if (w->s.len == 0)
		return -1;
	if (w->s.data[0] == '{' || w->s.data[0] == '[')
		return take_nested(w, key, out);
	if (w->s.data[0] == '"') {
		if (!take_string(&w->s, &value))
			return -1;
		return key.len > 0 && is_level(w, key, value, out);
	}
	if (!take_bare(&w->s, &value))
		return -1;
	return is_level_key(key) && parse_number(w, value, out);
}

static int
take_members(struct walk *w, enum severity *out)
{
	struct str key;
	if (!take_byte(&w->s, '{'))
		return 0;
	do {
		if (!take_string(&w->s, &key) || !take_byte(&w->s, ':'))
			return 0;
		int found = take_value(w, key, out);
		if (found != 0)
			return found == 1;
		if (parse_scaled(w, out))
			return 1;
	} while (take_byte(&w->s, ','));
	return 0;
}

int
detect_json(const struct front *f, enum severity *out)
{
	struct walk w = { .s = f->line };
	if (w.s.len > WINDOW)
		w.s.len = WINDOW;
	return take_members(&w, out);
}
