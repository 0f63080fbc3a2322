#include "agent/incidents.h"

#include <inttypes.h>
#include <stddef.h>

#include "core/log.h"

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
	{ "truncations", offsetof(struct incidents, truncations) },
	{ "hole_bytes", offsetof(struct incidents, hole_bytes) },
	{ "lost_bytes", offsetof(struct incidents, lost_bytes) },
	{ "unopened", offsetof(struct incidents, unopened) },
	{ "damaged", offsetof(struct incidents, damaged) },
	{ "unconverted", offsetof(struct incidents, unconverted) },
};

#define COUNTS (sizeof(counts) / sizeof(*counts))

static uint64_t
count_of(const struct incidents *i, size_t k)
{
	return *(
	    const uint64_t *)(const void *)((const char *)i + counts[k].offset);
}

void
incidents_set(const struct incidents *i, struct json *row)
{
	for (size_t k = 0; k < COUNTS; k++)
		if (count_of(i, k) > 0)
			json_set_count(row, counts[k].name, count_of(i, k));
}

void
incidents_log(const struct incidents *i, const char *input)
{
	for (size_t k = 0; k < COUNTS; k++)
		if (count_of(i, k) > 0)
			log_info("input %s: %s: %" PRIu64, input,
			    counts[k].name, count_of(i, k));
}
