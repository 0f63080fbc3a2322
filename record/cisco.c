#include "record/cisco.h"

#include <stdbool.h>

#include "record/civil.h"
#include "record/rfc3164_time.h"
#include "record/scan.h"
#include "record/syslog_tag.h"

/* Number, name, number, task: more do not come before a stamp. */
#define WORDS 4
#define WORD_MAX ((size_t)256)

static void
skip_blanks(struct str *text)
{
	while (str_take_byte(text, ' '))
		;
}

static bool
is_cisco_tag(struct str text)
{
	struct record ignored = { 0 };
	return text.len > 0 && text.data[0] == '%' &&
	    syslog_tag_take(&text, &ignored) && ignored.msgid.len > 0;
}

/* "3d02h", "1w2d", "2y13w". */
static bool
take_units(struct str *text)
{
	int n;
	for (int i = 0; i < 2; i++)
		if (!civil_take_number(text, 1, 3, &n) ||
		    !(str_take_byte(text, 'y') || str_take_byte(text, 'w') ||
			str_take_byte(text, 'd') || str_take_byte(text, 'h')))
			return false;
	return true;
}

/* How long it is up, in front of a tag: "*00:00:46: ", "3d02h: ". */
static bool
take_uptime(struct str *text)
{
	struct str rest = *text, units;
	struct civil ignored;
	if (!str_take_byte(&rest, '*'))
		str_take_byte(&rest, '.');
	units = rest;
	if (take_units(&units))
		rest = units;
	else if (!civil_take_time(&rest, &ignored))
		return false;
	if (!str_take_byte(&rest, ':'))
		return false;
	skip_blanks(&rest);
	if (!is_cisco_tag(rest))
		return false;
	*text = rest;
	return true;
}

/* Does a word end with the colon before this? */
static bool
ends_word(struct str behind)
{
	struct civil ignored;
	return behind.len == 0 || behind.data[0] == ' ' ||
	    behind.data[0] == '*' || civil_take_month(&behind, &ignored);
}

/* "sw1: ", "2001:db8::1: ", "RP/0/RSP0/CPU0:", "xr1 RP/0/RSP0/CPU0:", ": " */
static bool
take_word(struct str *text, struct str *word)
{
	static const struct str card = STR("RP/");
	size_t n = 0;
	for (;; n++) {
		if (n == text->len || n == WORD_MAX)
			return false;
		struct str behind = str_after(*text, n + 1);
		if (text->data[n] == ' ' && !str_starts(behind, card))
			return false;
		if (text->data[n] == ':' && ends_word(behind))
			break;
	}
	*word = (struct str){ text->data, n };
	*text = str_after(*text, n + 1);
	skip_blanks(text);
	return true;
}

/* Numbers, tasks and cards are no names. */
static struct str
name_in(struct str word)
{
	size_t n = 0;
	while (n < word.len && word.data[n] != ' ')
		n++;
	word.len = n;
	if (scan_is_number(word) || word.data[0] == '*' ||
	    str_starts(word, (struct str)STR("RP/")))
		word.len = 0;
	return word;
}

int
cisco_take_front(struct str *text, const struct zone *zone, struct record *r)
{
	struct str rest = *text, word, host = { 0 };
	int found = take_uptime(&rest) ? 1 : 0;
	bool numbered = false;
	for (int i = 0; i < WORDS && found == 0; i++) {
		if (!take_word(&rest, &word))
			return 0;
		numbered = numbered || (word.len > 0 && scan_is_number(word));
		if (host.len == 0)
			host = name_in(word);
		if (take_uptime(&rest) || (numbered && is_cisco_tag(rest)))
			found = 1;
		else
			found = rfc3164_take_time(
			    &rest, zone, r->received, &r->time);
	}
	if (found == 0)
		return 0;
	if (host.len > 0)
		r->host = host;
	*text = rest;
	return found;
}

/* NX-OS: the virtual device, "%$ VDC-1 %$ ". */
static void
skip_device(struct str *text)
{
	static const struct str mark = STR("%$ ");
	struct str rest = *text;
	if (!str_starts(rest, mark))
		return;
	for (rest = str_after(rest, mark.len); rest.len > 0;
	     rest = str_after(rest, 1))
		if (str_starts(rest, mark)) {
			*text = str_after(rest, mark.len);
			return;
		}
}

void
cisco_skip_front(struct str *text, const struct zone *zone)
{
	struct str rest = *text, number = rest, word;
	int64_t ignored;
	if (rest.len == 0 || rest.data[0] >= 'a')
		return;
	skip_device(&rest);
	if (take_word(&number, &word) && scan_is_number(word))
		rest = number;
	if (!take_uptime(&rest) &&
	    rfc3164_take_time(&rest, zone, 0, &ignored) != 0)
		str_take_byte(&rest, ':');
	skip_blanks(&rest);
	if (is_cisco_tag(rest))
		*text = rest;
}
