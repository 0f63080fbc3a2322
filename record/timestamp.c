#include "record/timestamp.h"

#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "record/civil.h"

/* 0000-01-01 and 9999-12-31T23:59:59 in seconds since the epoch. */
#define FIRST_SECOND INT64_C(-62167219200)
#define LAST_SECOND INT64_C(253402300799)

static void
put_digits(char *out, int64_t value, size_t digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void
format_second(int64_t second, char out[20])
{
	struct tm tm;
	time_t t = (time_t)second;
	gmtime_r(&t, &tm);
	memcpy(out, "0000-00-00T00:00:00.", 20);
	put_digits(out, tm.tm_year + 1900, 4);
	put_digits(out + 5, tm.tm_mon + 1, 2);
	put_digits(out + 8, tm.tm_mday, 2);
	put_digits(out + 11, tm.tm_hour, 2);
	put_digits(out + 14, tm.tm_min, 2);
	put_digits(out + 17, tm.tm_sec, 2);
}

void
timestamp_format(int64_t ns, char out[TIMESTAMP_LEN])
{
	static int64_t cached_second = INT64_MIN;
	static char cached[20];
	int64_t second = ns / NS_PER_SECOND;
	int64_t fraction = ns % NS_PER_SECOND;
	if (fraction < 0) {
		fraction += NS_PER_SECOND;
		second--;
	}
	if (second < FIRST_SECOND)
		second = FIRST_SECOND;
	if (second > LAST_SECOND)
		second = LAST_SECOND;
	if (second != cached_second) {
		format_second(second, cached);
		cached_second = second;
	}
	memcpy(out, cached, sizeof(cached));
	put_digits(out + 20, fraction, 9);
	out[29] = 'Z';
}

bool
timestamp_of(int64_t seconds, int nanosecond, int64_t *ns)
{
	/* int64_t holds ns for the years 1678 to 2262. */
	if (seconds > INT64_MAX / NS_PER_SECOND - 1 ||
	    seconds < INT64_MIN / NS_PER_SECOND + 1)
		return false;
	*ns = seconds * NS_PER_SECOND + nanosecond;
	return true;
}

bool
timestamp_take(struct str *text, int64_t *ns, bool *strict)
{
	struct str rest = *text;
	struct civil c;
	int offset;
	if (!civil_take_date(&rest, &c) || !civil_is_date(&c) ||
	    text->data[4] != '-' || rest.len == 0)
		return false;
	char between = rest.data[0];
	rest = str_after(rest, 1);
	if ((between != 'T' && between != 't' && between != ' ') ||
	    !civil_take_time(&rest, &c))
		return false;
	size_t zone = rest.len;
	if (!civil_take_offset(&rest, &offset) ||
	    (zone - rest.len != 1 && zone - rest.len != 6) ||
	    !timestamp_of(civil_seconds(&c) - offset, c.nanosecond, ns))
		return false;
	*strict = between == 'T' && c.second < 60 && c.digits <= 6 &&
	    rest.data[-1] != 'z' && text->data[19] != ',';
	*text = rest;
	return true;
}

int
timestamp_parse(struct str text, int64_t *ns)
{
	int64_t value;
	bool strict;
	if (!timestamp_take(&text, &value, &strict) || text.len > 0)
		return -1;
	*ns = value;
	return 0;
}
