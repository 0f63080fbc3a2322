#include "tests/unit/unit.h"

#include <stdio.h>

#include "agent/complaints.h"

TEST(a_trouble_is_news_once_until_it_changes_or_ends)
{
	struct complaints c = { .sweep = 0 };
	assert_true(complaints_add(&c, "/a", "a FIFO"));
	assert_false(complaints_add(&c, "/a", "a FIFO"));
	assert_true(complaints_add(&c, "/b", "a FIFO"));
	assert_true(complaints_add(&c, "/a", "a socket"));
	assert_string_equal(complaints_find(&c, "/a"), "a socket");
	complaints_end(&c, "/a");
	assert_null(complaints_find(&c, "/a"));
	assert_true(complaints_add(&c, "/a", "a socket"));
	complaints_clear(&c);
}

/* One sweep, which meets `count` bad paths; how many are to be said. */
static size_t
sweep(struct complaints *c, const char *where, int count)
{
	char path[64];
	size_t said = 0;
	complaints_begin_sweep(c);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%d", where, i);
		said += complaints_add(c, path, "a FIFO");
	}
	return said;
}

TEST(more_than_can_be_remembered_are_not_said_again_and_again)
{
	struct complaints c = { .sweep = 0 };
	assert_int_equal(sweep(&c, "/a", 3000), 1000);
	assert_int_equal(sweep(&c, "/a", 3000), 0);
	assert_int_equal(sweep(&c, "/b", 900), 0);
	/* By now those of /a are gone, and others have their place. */
	assert_int_equal(sweep(&c, "/b", 900), 900);
	assert_int_equal(sweep(&c, "/b", 900), 0);
	complaints_clear(&c);
}

TESTS(SPEC(a_trouble_is_news_once_until_it_changes_or_ends),
    SPEC(more_than_can_be_remembered_are_not_said_again_and_again))
