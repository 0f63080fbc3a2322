#include "record/detect.h"

#include "record/detect_rules.h"
#include "record/pri.h"

static int
detect_pri(struct record *r)
{
	struct str text = r->body;
	return pri_take(&text, r);
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
