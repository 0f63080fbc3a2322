#include <string.h>

#include "record/front.h"
#include "record/severity.h"

/* The longest time: "Wednesday 02-January-2024 15:04:05.123456789 +00:00". */
#define LONGEST 64

/* Reads a time from its front; `at` only moves over what fits. */
struct reader {
	struct str s;
	size_t at;
};

static char
peek(const struct reader *r)
{
	return r->at < r->s.len ? r->s.data[r->at] : '\0';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
take_one_of(struct reader *r, const char *set)
{
	char c = peek(r);
	for (; *set != '\0'; set++) {
		if (c == *set) {
			r->at++;
			return true;
		}
	}
	return false;
}

static size_t
take_digits(struct reader *r, size_t max)
{
	size_t n = 0;
	for (; n < max && str_is_digit(peek(r)); n++)
		r->at++;
	return n;
}

static size_t
take_blanks(struct reader *r)
{
	size_t n = 0;
	for (; peek(r) == ' '; n++)
		r->at++;
	return n;
}

/* "Jan", "Wed": three letters of which no fourth follows. */
static bool
take_name(struct reader *r)
{
	static const char names[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct "
				    "Nov Dec Mon Tue Wed Thu Fri Sat Sun";
	if (r->s.len - r->at < 4 || is_letter(r->s.data[r->at + 3]) ||
	    r->s.data[r->at] > 'W')
		return false;
	for (const char *n = names; n < names + sizeof(names) - 1; n += 4) {
		if (memcmp(r->s.data + r->at, n, 3) == 0) {
			r->at += 3;
			return true;
		}
	}
	return false;
}

/* The "Jan2024" of "02Jan2024". */
static bool
take_joined_name(struct reader *r)
{
	size_t start = r->at;
	if (take_name(r) && take_digits(r, 4) == 4)
		return true;
	r->at = start;
	return false;
}

/* "15:04:05" and its fraction; BlueGene writes dots for the colons. */
static bool
take_clock(struct reader *r, bool dots)
{
	size_t start = r->at;
	char mark = ':';
	if (take_digits(r, 2) == 0)
		goto no;
	if (dots && peek(r) == '.')
		mark = '.';
	for (int i = 0; i < 2; i++) {
		if (peek(r) != mark)
			goto no;
		r->at++;
		if (take_digits(r, 2) != 2)
			goto no;
	}
	if (r->at + 1 < r->s.len && str_is_digit(r->s.data[r->at + 1]) &&
	    take_one_of(r, ".,:"))
		take_digits(r, 9);
	return true;
no:
	r->at = start;
	return false;
}

/*
 * "2024-01-02", "02/Jan/2024", "1/2/24", "01-02", "20240102", "02Jan2024",
 * "10.30".
 */
static bool
take_digit_date(struct reader *r)
{
	size_t start = r->at, n = take_digits(r, 8);
	if (n == 8 || (n == 2 && take_joined_name(r)))
		return true;
	if (n <= 4 && n != 3 && take_one_of(r, "-/.")) {
		char mark = r->s.data[r->at - 1];
		if ((take_digits(r, 2) >= (n == 1 || mark == '/' ? 1 : 2) ||
			take_name(r)) &&
		    (peek(r) != mark || (r->at++, take_digits(r, 4) >= 2)))
			return true;
	} else if ((n == 1 || n == 2) && take_blanks(r) == 1 && take_name(r)) {
		take_blanks(r); /* "02 Jan 2024" */
		if (take_digits(r, 4) == 4)
			return true;
	}
	r->at = start;
	return false;
}

/* "Wed Jan  2", "Jan 02, 2024": what a date with its name first has. */
static bool
take_name_date(struct reader *r)
{
	size_t start = r->at;
	if (!take_name(r))
		return false;
	take_one_of(r, ",");
	if (take_blanks(r) > 0 && take_name(r))
		take_blanks(r);
	if (take_digits(r, 2) == 0) {
		r->at = start;
		return false;
	}
	size_t day = r->at;
	take_one_of(r, ",");
	take_blanks(r);
	if (take_digits(r, 4) != 4)
		r->at = day;
	return true;
}

/* " PM", " 2024", "Z", "+0000", " +00:00", " UTC", " CEST" */
static void
take_zone(struct reader *r)
{
	size_t start = r->at, blanks = take_blanks(r);
	size_t letters = 0, n = 0;
	if (blanks == 0 && take_one_of(r, "Z"))
		return;
	if (blanks <= 1 && take_one_of(r, "+-") && take_digits(r, 2) == 2) {
		take_one_of(r, ":");
		n = take_digits(r, 2);
		if (n == 0 || n == 2)
			return;
	}
	r->at = start + blanks;
	if (blanks != 1) {
		r->at = start;
		return;
	}
	while (r->at + letters < r->s.len &&
	    r->s.data[r->at + letters] >= 'A' &&
	    r->s.data[r->at + letters] <= 'Z')
		letters++;
	struct str zone = { r->s.data + r->at, letters };
	enum severity ignored;
	static const struct str known[] = { STR("UTC"), STR("GMT"), STR("AM"),
		STR("PM") };
	bool is_zone = letters >= 3 && letters <= 4 &&
	    zone.data[letters - 1] == 'T' &&
	    severity_parse(zone, &ignored) == -1;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		is_zone |= str_equal(zone, known[i]);
	r->at = is_zone ? r->at + letters : start;
}

size_t
front_time(struct str s)
{
	struct reader r = { s, 0 };
	if (r.s.len > LONGEST)
		r.s.len = LONGEST;
	if (s.len < 8 || (!str_is_digit(s.data[0]) && !is_letter(s.data[0])))
		return 0;
	if (!take_clock(&r, false)) {
		if (!(str_is_digit(s.data[0]) ? take_digit_date(&r)
					      : take_name_date(&r)))
			return 0;
		take_one_of(&r, ",");
		if (!take_one_of(&r, "T:-_"))
			take_blanks(&r);
		if (!take_clock(&r, true))
			return 0;
	}
	take_zone(&r);
	size_t end = r.at;
	if (take_blanks(&r) == 1 && take_digits(&r, 4) == 4 &&
	    (peek(&r) == ' ' || peek(&r) == ']'))
		return r.at; /* "Jan  2 15:04:05 2024" */
	r.at = end;
	take_zone(&r); /* "03:04:05 PM UTC" */
	return r.at;
}
