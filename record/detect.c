#include "record/detect.h"

#include "record/detect_rules.h"

/*
 * In the order in which they are asked: what cannot be mistaken first.  Each
 * returns 1 having set the severity, or 0 having left it alone.
 */
static int (*const recognisers[])(const struct front *f, enum severity *out) = {
	detect_json,
	detect_letter,
	detect_program,
	detect_tool,
	detect_database,
	detect_words,
};

int
detect_severity(struct record *r)
{
	struct front f;
	if (detect_priority(r))
		return 1;
	front_cut(r->body, &f);
	for (size_t i = 0; i < sizeof(recognisers) / sizeof(*recognisers); i++)
		if (recognisers[i](&f, &r->severity))
			return 1;
	return 0;
}
