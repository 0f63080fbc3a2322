#include "record/detect_rules.h"
#include "record/pri.h"

/* Digits at `*at`, without leading zeros.  False: none, or above `max`. */
static bool
take_number(struct str s, size_t *at, unsigned max, unsigned *out)
{
	size_t i = *at;
	unsigned value = 0;
	for (; i < s.len && str_is_digit(s.data[i]) && value <= max; i++)
		value = value * 10 + (unsigned)(s.data[i] - '0');
	if (i == *at || value > max || (s.data[*at] == '0' && i > *at + 1))
		return false;
	*at = i;
	*out = value;
	return true;
}

/* ",339,5140900,-;" at `at`: sequence, microseconds, flags. */
static bool
is_kmsg(struct str s, size_t at)
{
	for (int i = 0; i < 2; i++) {
		size_t start = ++at;
		while (at < s.len && str_is_digit(s.data[at]))
			at++;
		if (at == start || at == s.len || s.data[at] != ',')
			return false;
	}
	return s.len - at >= 3 &&
	    (s.data[at + 1] == '-' || s.data[at + 1] == 'c' ||
		s.data[at + 1] == '+') &&
	    (s.data[at + 2] == ';' || s.data[at + 2] == ',');
}

int
detect_priority(struct record *r)
{
	const unsigned max = FACILITY_COUNT * SEVERITY_COUNT - 1;
	struct str s = r->body;
	unsigned value = 0;
	size_t at = 0;
	if (s.len < 3)
		return 0;
	if (s.data[0] == '<')
		return pri_take(&s, r);
	if (!str_is_digit(s.data[0]) || !take_number(s, &at, max, &value) ||
	    at == s.len || s.data[at] != ',' || !is_kmsg(s, at))
		return 0;
	r->severity = (enum severity)(value % SEVERITY_COUNT);
	r->facility = (enum facility)(value / SEVERITY_COUNT);
	return 1;
}
