#include "record/detect.h"

#include "record/detect_rules.h"

/* <PRI>: 0 to 191 without leading zeros (RFC 5424, section 6.2.1). */
static int
detect_pri(struct record *r)
{
	struct str s = r->body;
	unsigned value = 0;
	size_t i = 1;
	if (s.len < 3 || s.data[0] != '<')
		return 0;
	while (i < s.len && i < 4 && s.data[i] >= '0' && s.data[i] <= '9')
		value = value * 10 + (unsigned)(s.data[i++] - '0');
	if (i == 1 || i == s.len || s.data[i] != '>' || value > 191 ||
	    (s.data[1] == '0' && i > 2))
		return 0;
	r->severity = (enum severity)(value % SEVERITY_COUNT);
	r->facility = (enum facility)(value / SEVERITY_COUNT);
	return 1;
}

/*
 * In the order in which they are asked.  Each returns 1 having set `r`, or 0
 * having left it alone.
 */
static int (*const recognisers[])(struct record *r) = {
	detect_pri,
	detect_json,
	detect_letter,
	detect_words,
};

int
detect_severity(struct record *r)
{
	size_t count = sizeof(recognisers) / sizeof(*recognisers);
	for (size_t i = 0; i < count; i++)
		if (recognisers[i](r))
			return 1;
	return 0;
}
