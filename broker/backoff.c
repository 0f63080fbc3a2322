#include "broker/backoff.h"

#include "core/clock.h"
#include "core/random.h"

#define FLOOR (NS_PER_SECOND / 2)
#define STABLE (60 * NS_PER_SECOND)

int64_t
backoff_next(struct backoff *b, bool hopeless)
{
	b->ceiling = b->ceiling == 0 ? 2 * FLOOR : 2 * b->ceiling;
	if (hopeless || b->ceiling > b->max)
		b->ceiling = b->max;
	if (b->ceiling <= FLOOR)
		return b->ceiling;
	return FLOOR + (int64_t)random_below((uint64_t)(b->ceiling - FLOOR));
}

void
backoff_reset(struct backoff *b)
{
	b->ceiling = 0;
}

void
backoff_lasted(struct backoff *b, int64_t lasted)
{
	if (lasted > STABLE)
		backoff_reset(b);
}
