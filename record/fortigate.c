#include "record/fortigate.h"

#include "core/clock.h"
#include "record/civil.h"
#include "record/timestamp.h"

/* What is looked for stands near the front. */
#define LOOK ((size_t)1024)

struct pair {
	struct str key;
	struct str value;
};

/* Take `key=value` or `key="value"` off the front. */
static bool
take_pair(struct str *text, struct pair *pair)
{
	size_t n = 0;
	while (text->len > 0 && text->data[0] == ' ')
		*text = str_after(*text, 1);
	while (n < text->len && text->data[n] != '=' && text->data[n] != ' ')
		n++;
	if (n == 0 || n >= text->len || text->data[n] != '=')
		return false;
	pair->key = (struct str){ text->data, n };
	*text = str_after(*text, n + 1);
	bool quoted = text->len > 0 && text->data[0] == '"';
	if (quoted)
		*text = str_after(*text, 1);
	char end = quoted ? '"' : ' ';
	for (n = 0; n < text->len && text->data[n] != end; n++)
		;
	pair->value = (struct str){ text->data, n };
	*text = str_after(*text, n < text->len ? n + 1 : n);
	return true;
}

bool
fortigate_parse(struct str text, const struct zone *zone, struct record *r)
{
	struct civil c = { 0 };
	struct pair pair;
	struct str host = { 0 };
	int offset;
	bool has_offset = false;
	if (text.len > LOOK)
		text.len = LOOK;
	if (!str_starts(text, (struct str)STR("date=")) ||
	    !take_pair(&text, &pair) || !civil_take_date(&pair.value, &c) ||
	    !civil_is_date(&c) || !take_pair(&text, &pair) ||
	    !str_equal(pair.key, (struct str)STR("time")) ||
	    !civil_take_time(&pair.value, &c))
		return false;
	while (take_pair(&text, &pair)) {
		if (str_equal(pair.key, (struct str)STR("devname")))
			host = pair.value;
		else if (str_equal(pair.key, (struct str)STR("tz")))
			has_offset = civil_take_offset(&pair.value, &offset);
	}
	int64_t local = civil_seconds(&c), ns = r->received;
	int64_t seconds = has_offset
	    ? local - offset
	    : zone_instant(zone, local, r->received / NS_PER_SECOND);
	if (timestamp_of(seconds, c.nanosecond, &ns))
		r->time = ns;
	if (host.len > 0)
		r->host = host;
	return true;
}
