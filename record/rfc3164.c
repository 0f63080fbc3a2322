#include "record/rfc3164.h"

#include "record/fortigate.h"
#include "record/rfc3164_time.h"
#include "record/structured_data.h"
#include "record/syslog_tag.h"

static bool
take_text(struct str *text, struct str expected)
{
	if (!str_starts(*text, expected))
		return false;
	*text = str_after(*text, expected.len);
	return true;
}

static void
skip_blanks(struct str *text)
{
	while (str_take_byte(text, ' '))
		;
}

/* All up to the next byte of that kind, which is left; NULL: the end. */
static struct str
word_at(struct str text, char separator)
{
	size_t n = 0;
	while (n < text.len && text.data[n] != ' ' && text.data[n] != separator)
		n++;
	return (struct str){ text.data, n };
}

static bool
is_number(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.data[i] < '0' || word.data[i] > '9')
			return false;
	return true;
}

/*
 * What Cisco's put in front of a stamp: "29: ", "29: router: 000024: ", ": ",
 * "29: RP/0/RSP0/CPU0:".  As rfc3164_take_time, if a stamp is behind it.
 */
static int
take_prefixed_time(struct str *text, const struct zone *zone, struct record *r)
{
	struct str rest = *text, host = { 0 };
	for (int i = 0; i < 4; i++) {
		struct str word = word_at(rest, ':');
		if (word.len == rest.len || rest.data[word.len] != ':')
			return 0;
		rest = str_after(rest, word.len + 1);
		skip_blanks(&rest);
		if (!is_number(word) &&
		    !str_starts(word, (struct str)STR("RP/")))
			host = word;
		int found =
		    rfc3164_take_time(&rest, zone, r->received, &r->time);
		if (found == 0)
			continue;
		if (host.len > 0)
			r->host = host;
		*text = rest;
		return found;
	}
	return 0;
}

/* Cisco's "29: " in front of a tag, where clocks are left out. */
static void
skip_sequence(struct str *text)
{
	struct str word = word_at(*text, ':');
	struct str rest = str_after(*text, word.len);
	if (word.len > 0 && is_number(word) && str_take_byte(&rest, ':')) {
		skip_blanks(&rest);
		if (rest.len > 0 && rest.data[0] == '%')
			*text = rest;
	}
}

/* A selector's two words: severity and facility, unless PRI said so. */
static bool
set_level(struct record *r, struct str facility, struct str severity)
{
	enum facility f;
	enum severity s;
	if (severity_parse(severity, &s) == -1 ||
	    facility_parse(facility, &f) == -1)
		return false;
	r->facility = f;
	r->severity = s;
	return true;
}

/* FreeBSD's "<auth.info> ". */
static void
take_bracketed_level(struct str *text, struct record *r)
{
	struct str rest = *text;
	if (!str_take_byte(&rest, '<'))
		return;
	struct str facility = word_at(rest, '.');
	rest = str_after(rest, facility.len);
	if (!str_take_byte(&rest, '.'))
		return;
	struct str severity = word_at(rest, '>');
	rest = str_after(rest, severity.len);
	if (!str_take_byte(&rest, '>') || !set_level(r, facility, severity))
		return;
	skip_blanks(&rest);
	*text = rest;
}

/* AIX's "auth|security:info " and F5's "notice " in front of a tag. */
static void
skip_level_word(struct str *text, struct record *r)
{
	struct str word = word_at(*text, ' '), facility = word_at(word, ':');
	struct str rest = str_after(*text, word.len);
	struct record level = *r, tag;
	enum severity ignored;
	bool known = facility.len < word.len
	    ? set_level(&level, word_at(facility, '|'),
		  str_after(word, facility.len + 1))
	    : severity_parse(word, &ignored) == 0;
	if (!known)
		return;
	skip_blanks(&rest);
	struct str behind = rest;
	if (syslog_tag_take(&behind, &tag)) {
		*text = rest;
		*r = level;
	}
}

static bool
is_repetition(struct str text)
{
	return str_starts(text, (struct str)STR("last message repeated ")) ||
	    str_starts(text, (struct str)STR("--- last message repeated "));
}

/*
 * The host, unless what stands there is a tag already.  True if a tag may
 * follow.
 */
static bool
take_host(struct str *text, struct record *r)
{
	struct str tag = *text, host;
	struct record ignored = { 0 };
	if (is_repetition(*text))
		return false;
	if (take_text(text, (struct str)STR("Message forwarded from "))) {
		host = word_at(*text, ':');
		*text = str_after(*text, host.len);
		str_take_byte(text, ':');
	} else {
		/* An empty tag, or one that comes without a host. */
		if (take_text(text, (struct str)STR(": ")))
			return false;
		if (syslog_tag_take(&tag, &ignored))
			return true;
		host = word_at(*text, ' ');
		*text = str_after(*text, host.len);
	}
	skip_blanks(text);
	if (!str_equal(host, (struct str)STR("-")))
		r->host = host;
	/* Cisco's ASA: "host : %ASA-..." */
	struct str rest = *text;
	if (str_take_byte(&rest, ':') && str_take_byte(&rest, ' '))
		*text = rest;
	return !is_repetition(*text);
}

/* What some put at the front of the text. */
static void
take_front(struct str *text, struct record *r)
{
	struct str rest = *text;
	bool lax = false;
	if (rest.len == 0 || rest.data[0] != '[')
		return;
	if (take_text(&rest, (struct str)STR("[ID "))) {
		struct str id = word_at(rest, ']');
		rest = str_after(rest, id.len);
		if (id.len == 0 || !is_number(id) || !str_take_byte(&rest, ' '))
			return;
		rest = str_after(rest, word_at(rest, ']').len);
		if (!str_take_byte(&rest, ']'))
			return;
		r->msgid = id;
	} else {
		/* rsyslog's own: [origin software="rsyslogd" ...] start */
		struct structured_data d = { .rest = rest };
		enum structured_data_item first = structured_data_next(&d);
		enum structured_data_item second = structured_data_next(&d);
		if (first != STRUCTURED_DATA_ELEMENT ||
		    second != STRUCTURED_DATA_PARAM)
			return;
		size_t n = structured_data_length(rest, &lax);
		if (n == 0 || lax)
			return;
		r->data = (struct str){ rest.data, n };
		rest = str_after(rest, n);
	}
	skip_blanks(&rest);
	*text = rest;
}

/* Without a stamp; true if there is a tag. */
static bool
take_tag_alone(struct str *text, bool has_pri, struct record *r)
{
	struct str rest = *text;
	struct record tag = *r;
	enum severity ignored;
	skip_sequence(text);
	if (syslog_tag_take_sure(text, r))
		return true;
	if (!has_pri || !syslog_tag_take(&rest, &tag) || tag.pid.len > 0 ||
	    severity_parse(tag.program, &ignored) == 0)
		return false;
	*text = rest;
	*r = tag;
	return true;
}

/* Behind the stamp. */
static void
take_host_and_tag(struct str *text, bool has_pri, struct record *r)
{
	const struct record before = *r;
	str_take_byte(text, ':');
	skip_blanks(text);
	take_bracketed_level(text, r);
	if (text->len > 0 && take_host(text, r)) {
		skip_level_word(text, r);
		if (syslog_tag_take_close(text, r))
			take_front(text, r);
	}
	if (has_pri) {
		r->severity = before.severity;
		r->facility = before.facility;
	}
}

int
rfc3164_parse(struct str text, bool has_pri, const struct zone *zone,
    struct record *r, struct str *message)
{
	*message = text;
	if (fortigate_parse(text, zone, r))
		return 1;
	int found = rfc3164_take_time(&text, zone, r->received, &r->time);
	if (found == 0)
		found = take_prefixed_time(&text, zone, r);
	if (found != 0)
		take_host_and_tag(&text, has_pri, r);
	else if (take_tag_alone(&text, has_pri, r)) {
		take_front(&text, r);
		found = 1;
	}
	*message = text;
	return found;
}
