/* How far the kernel's messages were read, over restarts and boots. */
#include "tests/unit/unit.h"

#include "agent/kmsg_place.h"

/* Going on behind `cursor`; `again`: with its message once more. */
static struct kmsg_place
resumed(const char *cursor, bool again, bool of_this_boot)
{
	struct kmsg_place p;
	kmsg_place_init(&p, "b00t");
	assert_int_equal(
	    kmsg_place_resume(&p, str_from(cursor), again), of_this_boot);
	return p;
}

TEST(a_restart_repeats_nothing_and_counts_what_was_overwritten)
{
	struct kmsg_place p;
	struct buffer cursor = { 0 };
	kmsg_place_init(&p, "b00t");
	assert_true(kmsg_place_pass(&p, 100)); /* the ring began there */
	assert_true(kmsg_place_pass(&p, 101));
	assert_true(p.missed == 0);
	assert_true(kmsg_place_pass(&p, 105));
	assert_true(p.missed == 3);
	kmsg_place_cursor(&p, p.seq, &cursor);
	assert_true(str_equal(buffer_str(&cursor), str_from("b00t 105")));
	buffer_clear(&cursor);

	p = resumed("b00t 105", false, true);
	assert_false(kmsg_place_pass(&p, 104));
	assert_false(kmsg_place_pass(&p, 105));
	assert_true(kmsg_place_pass(&p, 106));
	assert_true(p.missed == 0);
	p = resumed("b00t 105", false, true);
	assert_true(kmsg_place_pass(&p, 110));
	assert_true(p.missed == 4);
}

TEST(a_message_of_which_a_part_is_spooled_comes_once_more)
{
	struct kmsg_place p = resumed("b00t 105", true, true);
	assert_false(kmsg_place_pass(&p, 104));
	assert_true(kmsg_place_pass(&p, 105));
	p = resumed("b00t 0", true, true);
	assert_true(kmsg_place_pass(&p, 0));
	assert_true(p.missed == 0);
}

/* Also where a part of its last message was spooled: no more is to be had. */
TEST(another_boot_is_read_from_its_first_message)
{
	static const char *const other[] = { "01d 105", "nonsense", "", "b00t",
		"b00t 99999999999999999999", "b00t x", "b00t 1x" };
	for (size_t i = 0; i < 2 * sizeof(other) / sizeof(*other); i++) {
		const char *cursor = other[i / 2];
		struct kmsg_place p = resumed(cursor, i % 2 == 1, false);
		assert_true(kmsg_place_pass(&p, 0));
		assert_true(kmsg_place_pass(&p, 1));
		assert_true(p.missed == 0);
		p = resumed(cursor, i % 2 == 1, false);
		assert_true(kmsg_place_pass(&p, 3)); /* 0, 1, 2 are gone */
		assert_true(p.missed == 3);
	}
}

TESTS(SPEC(a_restart_repeats_nothing_and_counts_what_was_overwritten),
    SPEC(a_message_of_which_a_part_is_spooled_comes_once_more),
    SPEC(another_boot_is_read_from_its_first_message))
