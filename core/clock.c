#include "core/clock.h"

#include <time.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

int64_t
clock_realtime(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_computed(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
