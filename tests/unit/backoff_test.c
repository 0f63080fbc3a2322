#include "tests/unit/unit.h"

#include "broker/backoff.h"
#include "core/clock.h"

TEST(the_ceiling_doubles_up_to_the_maximum)
{
	struct backoff b = { .max = 60 * NS_PER_SECOND };
	int64_t ceiling = NS_PER_SECOND;
	for (int i = 0; i < 12; i++) {
		int64_t wait = backoff_next(&b, false);
		assert_true(wait >= NS_PER_SECOND / 2);
		assert_true(wait <= ceiling);
		ceiling = ceiling * 2 > b.max ? b.max : ceiling * 2;
	}
	assert_int_equal(b.ceiling, b.max);
	backoff_reset(&b);
	assert_true(backoff_next(&b, false) <= NS_PER_SECOND);
}

TEST(what_only_a_person_can_mend_goes_to_the_maximum_at_once)
{
	struct backoff b = { .max = 60 * NS_PER_SECOND };
	backoff_next(&b, true);
	assert_int_equal(b.ceiling, b.max);
}

TEST(what_lasted_a_minute_forgets_the_failures_before_it)
{
	struct backoff b = { .max = 60 * NS_PER_SECOND };
	backoff_next(&b, true);
	backoff_lasted(&b, 60 * NS_PER_SECOND);
	assert_int_equal(b.ceiling, b.max);
	backoff_lasted(&b, 60 * NS_PER_SECOND + 1);
	assert_int_equal(b.ceiling, 0);
}

TEST(waits_are_spread_over_the_whole_range)
{
	int64_t least = INT64_MAX, most = 0;
	for (int i = 0; i < 1000; i++) {
		struct backoff b = { .max = 60 * NS_PER_SECOND };
		int64_t wait = backoff_next(&b, true);
		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
	}
	assert_true(least < 5 * NS_PER_SECOND);
	assert_true(most > 55 * NS_PER_SECOND);
}

TESTS(SPEC(the_ceiling_doubles_up_to_the_maximum),
    SPEC(what_only_a_person_can_mend_goes_to_the_maximum_at_once),
    SPEC(what_lasted_a_minute_forgets_the_failures_before_it),
    SPEC(waits_are_spread_over_the_whole_range))
