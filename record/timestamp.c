#include "record/timestamp.h"

#include <string.h>
#include <time.h>

#include "core/clock.h"

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

/* `n` digits at `text`, or -1. */
static int
digits(const char *text, size_t n)
{
	int value = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static int
parse_zone(struct str text, int64_t *offset)
{
	if (text.len == 1 && (text.data[0] == 'Z' || text.data[0] == 'z')) {
		*offset = 0;
		return 0;
	}
	if (text.len != 6 || text.data[3] != ':' ||
	    (text.data[0] != '+' && text.data[0] != '-'))
		return -1;
	int hours = digits(text.data + 1, 2);
	int minutes = digits(text.data + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -1;
	*offset = (hours * 60 + minutes) * 60;
	if (text.data[0] == '-')
		*offset = -*offset;
	return 0;
}

/* The digits after the point; those beyond the ninth are dropped. */
static int64_t
take_fraction(struct str *text)
{
	int64_t value = 0, scale = NS_PER_SECOND;
	while (text->len > 0 && text->data[0] >= '0' && text->data[0] <= '9') {
		scale /= 10;
		value += (text->data[0] - '0') * scale;
		*text = str_after(*text, 1);
	}
	return value;
}

int
timestamp_parse(struct str text, int64_t *ns)
{
	static const char form[] = "0000-00-00T00:00:00";
	const size_t len = sizeof(form) - 1;
	if (text.len < len + 1)
		return -1;
	const char *t = text.data;
	if (t[4] != '-' || t[7] != '-' || t[13] != ':' || t[16] != ':' ||
	    (t[10] != 'T' && t[10] != 't' && t[10] != ' '))
		return -1;
	int year = digits(t, 4), month = digits(t + 5, 2);
	int day = digits(t + 8, 2), hour = digits(t + 11, 2);
	int minute = digits(t + 14, 2), second = digits(t + 17, 2);
	if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60)
		return -1;
	text = str_after(text, len);
	int64_t fraction = 0, offset;
	if (text.data[0] == '.') {
		text = str_after(text, 1);
		fraction = take_fraction(&text);
	}
	if (parse_zone(text, &offset) == -1)
		return -1;
	struct tm tm = { .tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = minute,
		.tm_sec = second };
	int64_t seconds = (int64_t)timegm(&tm) - offset;
	/* int64_t holds ns for the years 1678 to 2262. */
	if (seconds > INT64_MAX / NS_PER_SECOND - 1 ||
	    seconds < INT64_MIN / NS_PER_SECOND + 1)
		return -1;
	*ns = seconds * NS_PER_SECOND + fraction;
	return 0;
}
