#include "record/rfc5424.h"

#include "record/civil.h"
#include "record/rfc3164_time.h"
#include "record/structured_data.h"
#include "record/timestamp.h"

/* Section 6. */
#define HOST_MAX 255
#define PROGRAM_MAX 48
#define PID_MAX 128
#define MSGID_MAX 32

static bool
is_nil(struct str token)
{
	return token.len == 1 && token.data[0] == '-';
}

/*
 * Take all up to the next space, and that.  False if there is none: the
 * header ends too early.
 */
static bool
take_token(struct str *text, struct str *token)
{
	size_t n = 0;
	while (n < text->len && text->data[n] != ' ')
		n++;
	*token = (struct str){ text->data, n };
	bool more = n < text->len;
	*text = str_after(*text, more ? n + 1 : n);
	return more;
}

/* Is it PRINTUSASCII, and no longer than that? */
static bool
is_sound(struct str token, size_t most)
{
	for (size_t i = 0; i < token.len; i++)
		if (token.data[i] <= ' ' || token.data[i] >= 0x7f)
			return false;
	return token.len > 0 && token.len <= most;
}

/* A NILVALUE is no value. */
static bool
take_field(struct str *text, size_t most, struct str *field)
{
	struct str token;
	bool more = take_token(text, &token);
	bool sound = is_sound(token, most);
	*field = is_nil(token) ? (struct str){ 0 } : token;
	return more && sound;
}

/* Seconds since the epoch and a fraction, as Cisco's Meraki writes it. */
static bool
take_epoch(struct str *text, int64_t *ns)
{
	struct str rest = *text;
	int high, low, nanosecond = 0;
	if (rest.len < 10)
		return false;
	struct str first = { rest.data, 5 };
	rest = str_after(rest, 5);
	if (!civil_take_number(&first, 5, 5, &high) ||
	    !civil_take_number(&rest, 5, 5, &low))
		return false;
	if (rest.len > 0 && rest.data[0] == '.') {
		size_t digits = rest.len;
		rest = str_after(rest, 1);
		if (!civil_take_number(&rest, 1, 9, &nanosecond))
			return false;
		for (digits -= rest.len + 1; digits < 9; digits++)
			nanosecond *= 10;
	}
	*text = rest;
	return timestamp_of(high * INT64_C(100000) + low, nanosecond, ns);
}

enum stamp {
	STAMP_GOOD,
	STAMP_BAD, /* `time` is what could be read of it, if anything */
	STAMP_EPOCH,
};

/* "2003-10-11 22:14:15", "2003-10-11T22:14:15+0200": as in other messages. */
static bool
take_loose_stamp(struct str *text, const struct zone *zone, struct record *r)
{
	struct str rest = *text;
	int64_t ns;
	if (rfc3164_take_time(&rest, zone, r->received, &ns) != 1 ||
	    !str_take_byte(&rest, ' '))
		return false;
	r->time = ns;
	*text = rest;
	return true;
}

static enum stamp
take_stamp(struct str *text, const struct zone *zone, struct record *r)
{
	struct str token, all = *text;
	bool strict = false;
	bool more = take_token(text, &token);
	if (is_nil(token))
		return more ? STAMP_GOOD : STAMP_BAD;
	if (take_epoch(&token, &r->time))
		return STAMP_EPOCH;
	if (timestamp_take(&token, &r->time, &strict))
		return more && strict && token.len == 0 ? STAMP_GOOD
							: STAMP_BAD;
	if (take_loose_stamp(&all, zone, r))
		*text = all;
	return STAMP_BAD;
}

static bool
take_data(struct str *text, struct str *data)
{
	bool lax = false;
	size_t n = structured_data_length(*text, &lax);
	*data = (struct str){ text->data, n };
	if (n == 0 && text->len > 0 && text->data[0] == '-')
		n = 1; /* NILVALUE */
	else if (n == 0)
		lax = true;
	*text = str_after(*text, n);
	if (text->len > 0 && text->data[0] == ' ')
		*text = str_after(*text, 1);
	else if (text->len > 0)
		lax = true;
	return !lax;
}

bool
rfc5424_is(struct str text)
{
	int number;
	if (!civil_take_number(&text, 1, 3, &number) || text.len < 2 ||
	    text.data[0] != ' ')
		return false;
	while (str_take_byte(&text, ' '))
		;
	if (text.len > 0 && text.data[0] == '-')
		return true;
	size_t digits = 0;
	while (digits < text.len && text.data[digits] >= '0' &&
	    text.data[digits] <= '9')
		digits++;
	return digits >= 10 ||
	    (digits >= 1 && digits < 5 && digits < text.len &&
		text.data[digits] == '-');
}

bool
rfc5424_parse(struct str text, const struct zone *zone, struct record *r,
    struct str *message)
{
	struct str version;
	bool good = take_token(&text, &version) && version.data[0] != '0';
	while (str_take_byte(&text, ' '))
		good = false;
	enum stamp stamp = take_stamp(&text, zone, r);
	good = take_field(&text, HOST_MAX, &r->host) && good;
	good = take_field(&text, PROGRAM_MAX, &r->program) && good;
	*message = text;
	if (stamp == STAMP_EPOCH) /* a Meraki's: no more fields than these */
		return false;
	good = take_field(&text, PID_MAX, &r->pid) && good;
	good = take_field(&text, MSGID_MAX, &r->msgid) && good;
	good = take_data(&text, &r->data) && good;
	*message = text;
	return good && stamp == STAMP_GOOD;
}
