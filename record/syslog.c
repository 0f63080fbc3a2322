#include "record/syslog.h"

#include <string.h>

#include "record/pri.h"
#include "record/rfc3164.h"
#include "record/rfc5424.h"
#include "record/scan.h"
#include "record/structured_data.h"

/* What claims to be a PRI is looked at no further than this, nor a text for
 * data in it. */
#define PRI_LOOK ((size_t)64)

/*
 * Take what is no valid PRI but was meant to be one: "<999>", "<>", "<ab>",
 * "(13>", "13>".  True also for a '<' that nothing closes: then all is text.
 */
static bool
take_bad_pri(struct str *text)
{
	struct str s = *text;
	size_t n = 0;
	if (s.len > 0 && s.data[0] == '<') {
		size_t look = s.len < PRI_LOOK ? s.len : PRI_LOOK;
		const char *end = memchr(s.data, '>', look);
		const char *blank = memchr(s.data, ' ', look);
		if (end != NULL && (blank == NULL || end < blank))
			*text = str_after(s, (size_t)(end - s.data) + 1);
		return true;
	}
	if (s.len > 0 && strchr("([{", s.data[0]) != NULL)
		n++;
	size_t digits = n;
	while (n < s.len && n < digits + 3 && str_is_digit(s.data[n]))
		n++;
	if (n == digits || n >= s.len || s.data[n] != '>')
		return false;
	*text = str_after(s, n + 1);
	return true;
}

/* Behind a PRI, a number is a VERSION that failed, unless a stamp is there. */
static bool
begins_with_number(struct str text)
{
	if (text.len > 0 && text.data[0] == '-')
		text = str_after(text, 1);
	return text.len > 0 && str_is_digit(text.data[0]);
}

/* Without a PRI "5 - five" is text, and "1 2003-10-11..." lost its PRI. */
static bool
is_rfc5424(struct str text, bool had_pri)
{
	if (!rfc5424_is(text))
		return false;
	const char *blank = memchr(text.data, ' ', text.len);
	return had_pri || str_is_digit(blank[1]);
}

/* Some put the mark of UTF-8 in front of all, where no RFC has it. */
static bool
take_mark(struct str *text)
{
	static const struct str mark = STR("\xef\xbb\xbf");
	if (!str_starts(*text, mark))
		return false;
	*text = str_after(*text, mark.len);
	return true;
}

/*
 * VMware's data within the text: "info hostd[12] [Originator@6876 sub=x] ..."
 * They stand near its front.
 */
static void
find_originator(struct str text, struct record *r)
{
	static const struct str start = STR("[Originator@");
	size_t look = text.len < PRI_LOOK ? text.len : PRI_LOOK;
	const char *at = look > 0 ? memchr(text.data, '@', look) : NULL;
	if (at == NULL || (size_t)(at - text.data) < start.len - 1)
		return;
	text = str_after(text, (size_t)(at - text.data) - (start.len - 1));
	bool lax;
	if (str_starts(text, start))
		r->data = (struct str){ text.data,
			structured_data_length(text, &lax) };
}

static bool
is_feed(char c)
{
	return c == '\n' || c == '\r';
}

/*
 * The message without blanks in front, and without line feeds and NULs
 * behind: those are some sender's framing.
 */
static struct str
message_of(struct str body)
{
	while (body.len > 0 &&
	    (body.data[0] == ' ' || body.data[0] == '\t' ||
		is_feed(body.data[0])))
		body = str_after(body, 1);
	while (body.len > 0 &&
	    (is_feed(body.data[body.len - 1]) ||
		body.data[body.len - 1] == '\0'))
		body.len--;
	return body;
}

/* True if that is as it should be. */
static bool
parse_rfc3164(struct str text, bool has_pri, const struct zone *zone,
    struct record *r, struct str *message)
{
	int found = rfc3164_parse(text, has_pri, zone, r, message);
	return found == 1 ||
	    (found == 0 && text.len > 0 &&
		!(has_pri && begins_with_number(text)));
}

void
syslog_parse(const struct zone *zone, struct record *r, struct syslog *out)
{
	struct str text = message_of(r->body), behind;
	bool marked = take_mark(&text);
	*out = (struct syslog){ .has_pri = pri_take(&text, r) };
	bool bad_pri = (!out->has_pri && take_bad_pri(&text)) || marked;
	bool good;
	behind = text;
	text = scan_unindented(text);
	if (is_rfc5424(text, out->has_pri || bad_pri))
		good = rfc5424_parse(text, zone, r, &out->message) &&
		    out->has_pri && text.len == behind.len;
	else
		good =
		    parse_rfc3164(text, out->has_pri, zone, r, &out->message);
	if (r->data.len == 0)
		find_originator(out->message, r);
	if (!good || bad_pri)
		r->flags |= RECORD_MALFORMED;
}

struct str
syslog_peer_address(struct str peer)
{
	const char *colon = NULL;
	if (peer.len > 0 && peer.data[0] == '[') {
		const char *end = memchr(peer.data, ']', peer.len);
		if (end != NULL)
			return (struct str){ peer.data + 1,
				(size_t)(end - peer.data) - 1 };
	}
	if (peer.len > 0)
		colon = memrchr(peer.data, ':', peer.len);
	if (colon == NULL || memchr(peer.data, ' ', peer.len) != NULL)
		return (struct str){ 0 };
	return (struct str){ peer.data, (size_t)(colon - peer.data) };
}
