#include "tests/unit/unit.h"

#include "agent/unopened.h"

TEST(only_who_was_written_to_and_deleted_unopened_is_counted)
{
	struct unopened u = { 0 };
	assert_false(unopened_came(&u, "empty", false));
	assert_false(unopened_went(&u, "empty", true));
	assert_false(unopened_came(&u, "opened", false));
	unopened_grew(&u, "opened");
	unopened_opened(&u, "opened");
	assert_false(unopened_went(&u, "opened", true));
	assert_false(unopened_came(&u, "moved", false));
	unopened_grew(&u, "moved");
	assert_false(unopened_went(&u, "moved", false));
	assert_false(unopened_came(&u, "lost", false));
	unopened_grew(&u, "lost");
	assert_true(unopened_went(&u, "lost", true));
	assert_false(unopened_went(&u, "lost", true));
	unopened_grew(&u, "of nobody");
	assert_false(unopened_went(&u, "of nobody", true));
	unopened_clear(&u);
}

TEST(one_that_is_renamed_over_another_deletes_it)
{
	struct unopened u = { 0 };
	assert_false(unopened_came(&u, "f", true));
	assert_true(unopened_came(&u, "f", true));
	assert_true(unopened_went(&u, "f", true));
	unopened_clear(&u);
}

TEST(what_a_sweep_left_alone_it_had_a_reason_for)
{
	struct unopened u = { 0 };
	unopened_came(&u, "before", true);
	unopened_begin_sweep(&u);
	unopened_came(&u, "meanwhile", true);
	unopened_end_sweep(&u);
	assert_false(unopened_went(&u, "before", true));
	assert_true(unopened_went(&u, "meanwhile", true));
	unopened_clear(&u);
}

TEST(they_are_bounded)
{
	struct unopened u = { 0 };
	char name[16];
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		unopened_came(&u, name, true);
	}
	assert_true(unopened_went(&u, "5", true));
	assert_false(unopened_went(&u, "19999", true));
	unopened_clear(&u);
}

TESTS(SPEC(only_who_was_written_to_and_deleted_unopened_is_counted),
    SPEC(one_that_is_renamed_over_another_deletes_it),
    SPEC(what_a_sweep_left_alone_it_had_a_reason_for), SPEC(they_are_bounded))
