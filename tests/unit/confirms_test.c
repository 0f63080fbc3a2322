#include "tests/unit/unit.h"

#include "broker/confirms.h"

struct answers {
	uint64_t ids[8];
	size_t count;
};

static void
note(void *owner, uint64_t id)
{
	struct answers *a = owner;
	assert_true(a->count < 8);
	a->ids[a->count++] = id;
}

TEST(one_answer_for_many_settles_all_before_it_in_order)
{
	struct confirms c;
	struct answers a = { .count = 0 };
	confirms_init(&c);
	for (uint64_t id = 101; id <= 104; id++)
		confirms_add(&c, id, 0);
	assert_int_equal(confirms_settle(&c, 3, true, note, &a), 0);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.ids[0], 101);
	assert_int_equal(a.ids[2], 103);
	assert_int_equal(c.open, 1);
	confirms_clear(&c);
}

TEST(answers_out_of_order_are_each_taken_once)
{
	struct confirms c;
	struct answers a = { .count = 0 };
	confirms_init(&c);
	for (uint64_t id = 1; id <= 3; id++)
		confirms_add(&c, id, 0);
	assert_int_equal(confirms_settle(&c, 2, false, note, &a), 0);
	assert_int_equal(confirms_settle(&c, 2, false, note, &a), 0);
	assert_int_equal(confirms_settle(&c, 3, true, note, &a), 0);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.ids[0], 2);
	assert_int_equal(a.ids[1], 1);
	assert_int_equal(a.ids[2], 3);
	assert_int_equal(c.open, 0);
	confirms_clear(&c);
}

TEST(tag_zero_is_no_tag_whatever_it_says)
{
	struct confirms c;
	struct answers a = { .count = 0 };
	confirms_init(&c);
	confirms_add(&c, 7, 0);
	assert_int_equal(confirms_settle(&c, 0, false, note, &a), -1);
	assert_int_equal(confirms_settle(&c, 0, true, note, &a), -1);
	assert_int_equal(a.count, 0);
	confirms_clear(&c);
}

TEST(what_is_returned_is_found_by_its_mark)
{
	struct confirms c;
	struct answers a = { .count = 0 };
	confirms_init(&c);
	confirms_add(&c, 7, 70);
	confirms_add(&c, 8, 80);
	confirms_add(&c, 9, 90);
	assert_int_equal(confirms_find(&c, 80), 8);
	assert_int_equal(confirms_find(&c, 60), 0);
	assert_int_equal(confirms_only(&c), 0);
	assert_int_equal(confirms_settle(&c, 2, true, note, &a), 0);
	assert_int_equal(confirms_find(&c, 80), 0);
	assert_int_equal(confirms_only(&c), 9);
	confirms_clear(&c);
}

TEST(an_answer_for_what_was_never_published_is_an_error)
{
	struct confirms c;
	struct answers a = { .count = 0 };
	confirms_init(&c);
	confirms_add(&c, 7, 0);
	assert_int_equal(confirms_settle(&c, 2, false, note, &a), -1);
	assert_int_equal(confirms_settle(&c, 2, true, note, &a), -1);
	assert_int_equal(confirms_settle(&c, 0, false, note, &a), -1);
	assert_int_equal(a.count, 0);
	confirms_clear(&c);
}

static void
count(void *owner, uint64_t id)
{
	uint64_t *sum = owner;
	*sum += id;
}

TEST(the_ring_grows_behind_a_straggler)
{
	struct confirms c;
	uint64_t sum = 0, expected = 0;
	confirms_init(&c);
	for (uint64_t tag = 1; tag <= 5000; tag++) {
		confirms_add(&c, 10 * tag, 0);
		expected += 10 * tag;
		if (tag > 1)
			assert_int_equal(
			    confirms_settle(&c, tag, false, count, &sum), 0);
	}
	assert_int_equal(c.open, 1);
	assert_int_equal(confirms_settle(&c, 1, false, count, &sum), 0);
	assert_int_equal(sum, expected);
	assert_int_equal(c.oldest, c.next);
	confirms_clear(&c);
}

TESTS(SPEC(one_answer_for_many_settles_all_before_it_in_order),
    SPEC(answers_out_of_order_are_each_taken_once),
    SPEC(tag_zero_is_no_tag_whatever_it_says),
    SPEC(what_is_returned_is_found_by_its_mark),
    SPEC(an_answer_for_what_was_never_published_is_an_error),
    SPEC(the_ring_grows_behind_a_straggler))
