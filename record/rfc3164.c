#include "record/rfc3164.h"

#include <string.h>

#include "record/cisco.h"
#include "record/fortigate.h"
#include "record/rfc3164_time.h"
#include "record/scan.h"
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

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* All up to the next blank or byte of that kind, which is left. */
static struct str
word_at(struct str text, char separator)
{
	size_t n = 0;
	while (n < text.len && !is_blank(text.data[n]) &&
	    text.data[n] != separator)
		n++;
	return (struct str){ text.data, n };
}

struct level {
	enum facility facility;
	enum severity severity;
};

/* A selector's two words. */
static bool
read_level(struct str facility, struct str severity, struct level *level)
{
	return severity_parse(severity, &level->severity) == 0 &&
	    facility_parse(facility, &level->facility) == 0;
}

static bool
is_before_tag(struct str text)
{
	struct record ignored;
	return syslog_tag_take(&text, &ignored);
}

static void
set_level(struct record *r, const struct level *level)
{
	r->facility = level->facility;
	r->severity = level->severity;
}

/* FreeBSD's "<auth.info> "; and, where there is no PRI, OpenWrt's "auth.info "
 * in front of a tag, else that is the name of a host. */
static void
take_level(struct str *text, bool has_pri, struct record *r)
{
	struct level level;
	struct str rest = *text;
	bool bracket = str_take_byte(&rest, '<');
	if (has_pri && !bracket)
		return;
	struct str facility = word_at(rest, '.');
	rest = str_after(rest, facility.len);
	if (!str_take_byte(&rest, '.'))
		return;
	struct str severity = word_at(rest, '>');
	rest = str_after(rest, severity.len);
	if (str_take_byte(&rest, '>') != bracket ||
	    !read_level(facility, severity, &level))
		return;
	rest = scan_unindented(rest);
	if (!bracket && !is_before_tag(rest))
		return;
	*text = rest;
	set_level(r, &level);
}

/* AIX's "auth|security:info ", "auth.info " and F5's "notice " in front of a
 * tag. */
static void
skip_level_word(struct str *text, struct record *r)
{
	struct str word = word_at(*text, ' '), facility = word_at(word, ':');
	if (facility.len == word.len)
		facility = word_at(word, '.');
	struct str rest = str_after(*text, word.len);
	struct level level = { r->facility, r->severity };
	enum severity ignored;
	bool known = facility.len < word.len
	    ? read_level(word_at(facility, '|'),
		  str_after(word, facility.len + 1), &level)
	    : severity_parse(word, &ignored) == 0;
	if (!known)
		return;
	rest = scan_unindented(rest);
	if (is_before_tag(rest)) {
		*text = rest;
		set_level(r, &level);
	}
}

/* What a daemon says itself, with neither host nor tag in front. */
static bool
is_repetition(struct str text)
{
	static const struct str words[] = {
		STR("last message repeated "),
		STR("--- last message repeated "),
		STR("message repeated "),
		STR("above message repeats "), /* HP-UX */
		STR("-- MARK --"),
	};
	if (text.len == 0 || strchr("l-ma", text.data[0]) == NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_starts(text, words[i]))
			return true;
	return false;
}

/* Some end it with a colon, as "192.0.2.7:"; "2001:db8::" is whole. */
static struct str
take_host_word(struct str *text)
{
	struct str host = word_at(*text, ' ');
	*text = str_after(*text, host.len);
	size_t n = host.len;
	if (n > 1 && host.data[n - 1] == ':' && host.data[n - 2] != ':')
		host.len--;
	return host;
}

/* ":" and text; "::1" is a host. */
static bool
is_empty_tag(struct str text)
{
	return str_take_byte(&text, ':') &&
	    (text.len == 0 || text.data[0] != ':');
}

/* Is it a tag?  Not if it is the host in front of Cisco's: "asa1: %ASA-..." */
static bool
is_tag(struct str text)
{
	struct record tag;
	tag.pid.len = tag.msgid.len = 0;
	/* "app:text" and no more */
	if (word_at(text, ' ').len == text.len)
		return syslog_tag_take_close(&text, &tag);
	return syslog_tag_take(&text, &tag) &&
	    (text.len == 0 || text.data[0] != '%' || tag.pid.len > 0 ||
		!syslog_tag_take(&text, &tag) || tag.msgid.len == 0);
}

/* What is known when host and tag are looked for. */
struct behind {
	bool has_pri;
	bool cisco; /* what stands there is a tag or text */
	bool local; /* syslog(3) wrote it: no host, or this one's */
};

static void
take_local_host(struct str *text, const struct record *r)
{
	struct str word = word_at(*text, ' ');
	if (str_equal_nocase(word_at(word, '.'), word_at(r->host, '.')) ||
	    str_equal(word, (struct str)STR("localhost"))) {
		*text = str_after(*text, word.len);
		*text = scan_unindented(*text);
	}
}

/*
 * The host, unless what stands there is a tag already.  True if a tag may
 * follow.
 */
static bool
take_host(struct str *text, bool local, struct record *r)
{
	struct str host;
	if (is_repetition(*text))
		return false;
	if (is_empty_tag(*text)) {
		str_take_byte(text, ':');
		*text = scan_unindented(*text);
		return false;
	}
	if (take_text(text, (struct str)STR("Message forwarded from "))) {
		host = take_host_word(text);
	} else {
		if (is_tag(*text))
			return true;
		if (local) {
			take_local_host(text, r);
			return !is_repetition(*text);
		}
		host = take_host_word(text);
	}
	*text = scan_unindented(*text);
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
		if (id.len == 0 || !scan_is_number(id) ||
		    !str_take_byte(&rest, ' '))
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
		if (n == 0 || (lax && !d.bare))
			return;
		r->data = (struct str){ rest.data, n };
		rest = str_after(rest, n);
	}
	rest = scan_unindented(rest);
	*text = rest;
}

/* ProCurve's number of an event, in front of a tag: "00076 ports: ". */
static void
take_event(struct str *text, struct record *r)
{
	struct str word = word_at(*text, ' '),
		   rest = str_after(*text, word.len);
	if (word.len != 5 || !scan_is_number(word))
		return;
	rest = scan_unindented(rest);
	if (is_before_tag(rest)) {
		r->msgid = word;
		*text = rest;
	}
}

/* Without a stamp; true if there is a tag. */
static bool
take_tag_alone(struct str *text, bool has_pri, struct record *r)
{
	struct str rest = *text;
	struct record tag = *r;
	enum severity ignored;
	if (syslog_tag_take_sure(text, r))
		return true;
	/* They have fields with colons in them, behind "|". */
	if (str_starts(*text, (struct str)STR("CEF:")) ||
	    str_starts(*text, (struct str)STR("LEEF:")))
		return syslog_tag_take_close(text, r);
	if (!has_pri || !syslog_tag_take(&rest, &tag) || tag.pid.len > 0 ||
	    severity_parse(tag.program, &ignored) == 0)
		return false;
	*text = rest;
	*r = tag;
	return true;
}

/* Behind host and stamp. */
static void
take_tag(struct str *text, bool local, struct record *r)
{
	skip_level_word(text, r);
	take_event(text, r);
	if (syslog_tag_take_close(text, r) ||
	    (local && syslog_tag_take_words(text, r)))
		take_front(text, r);
}

/* Behind the stamp.  Of Cisco's the host stands in front of that. */
static void
take_host_and_tag(struct str *text, const struct behind *b,
    const struct zone *zone, struct record *r)
{
	str_take_byte(text, ':');
	*text = scan_unindented(*text);
	if (text->len == 0)
		return;
	if (!b->cisco) {
		take_level(text, b->has_pri, r);
		if (!take_host(text, b->local, r))
			return;
		cisco_skip_front(text, zone);
	}
	take_tag(text, b->local, r);
}

/* A program of this host wrote it, and its stamp is as syslog(3) writes it;
 * who writes another one writes what he likes. */
static bool
is_local(const struct record *r, size_t stamp)
{
	return stamp == sizeof("Oct 11 22:14:15") - 1 &&
	    str_starts(r->peer, (struct str)STR("uid "));
}

int
rfc3164_parse(struct str text, bool has_pri, const struct zone *zone,
    struct record *r, struct str *message)
{
	const struct level before = { r->facility, r->severity };
	struct behind behind = { .has_pri = has_pri };
	*message = text;
	if (fortigate_parse(text, zone, r))
		return 1;
	int found = rfc3164_take_time(&text, zone, r->received, &r->time);
	behind.local = found != 0 && is_local(r, message->len - text.len);
	if (found == 0) {
		found = cisco_take_front(&text, zone, r);
		behind.cisco = found != 0;
	}
	if (found != 0)
		take_host_and_tag(&text, &behind, zone, r);
	else if (take_tag_alone(&text, has_pri, r)) {
		take_front(&text, r);
		found = 1;
	}
	*message = text;
	if (has_pri)
		set_level(r, &before);
	return found;
}
