#include "tests/unit/unit.h"

#include "agent/lines.h"
#include "record/record.h"

struct expected {
	const char *text;
	size_t taken;
	uint32_t part;
	uint32_t flags;
};

static void
check(struct cutter *c, struct str *rest, const struct expected *e)
{
	struct cut cut;
	assert_true(cutter_next(c, rest, &cut));
	assert_true(str_equal(cut.text, str_from(e->text)));
	assert_int_equal(cut.taken, e->taken);
	assert_int_equal(cut.part, e->part);
	assert_int_equal(cut.flags, e->flags);
}

TEST(lines_end_at_lf_and_keep_every_other_byte)
{
	static const struct expected lines[] = { { "one", 4, 0, 0 },
		{ "", 1, 0, 0 }, { "cr\r", 4, 0, 0 } };
	struct cutter c = { .max_line = 10 };
	struct str rest = STR("one\n\ncr\r\nhalf");
	struct cut cut;
	for (size_t i = 0; i < 3; i++)
		check(&c, &rest, &lines[i]);
	assert_false(cutter_next(&c, &rest, &cut));
	assert_int_equal(rest.len, 4);
}

TEST(a_line_of_exactly_max_line_is_whole)
{
	static const struct expected line = { "0123456789", 11, 0, 0 };
	struct cutter c = { .max_line = 10 };
	struct str rest = STR("0123456789\n");
	check(&c, &rest, &line);
	assert_int_equal(rest.len, 0);
}

TEST(a_longer_line_goes_out_in_marked_parts)
{
	static const struct expected parts[] = { { "0123", 4, 1, RECORD_MORE },
		{ "4567", 4, 2, RECORD_MORE }, { "89", 3, 3, 0 },
		{ "ok", 3, 0, 0 } };
	struct cutter c = { .max_line = 4 };
	struct str rest = STR("0123456789\nok\n");
	for (size_t i = 0; i < 4; i++)
		check(&c, &rest, &parts[i]);
}

TEST(cuts_do_not_depend_on_how_the_bytes_arrive)
{
	struct str all = STR("0123456789\nab\n\nxyzxyzxyz\n");
	for (size_t first = 0; first <= all.len; first++) {
		struct cutter whole = { .max_line = 4 }, split = whole;
		struct str rest = all, seen = { all.data, first };
		struct cut a, b;
		while (cutter_next(&whole, &rest, &a)) {
			if (!cutter_next(&split, &seen, &b)) {
				seen.len =
				    (size_t)(all.data + all.len - seen.data);
				assert_true(cutter_next(&split, &seen, &b));
			}
			assert_ptr_equal(a.text.data, b.text.data);
			assert_int_equal(a.text.len, b.text.len);
			assert_int_equal(a.part, b.part);
			assert_int_equal(a.flags, b.flags);
		}
	}
}

TEST(what_is_left_when_a_source_ends_is_marked_as_partial)
{
	struct cutter c = { .max_line = 10 };
	struct str rest = STR("half");
	struct cut cut;
	assert_true(cutter_last(&c, &rest, &cut));
	assert_int_equal(cut.flags, RECORD_PARTIAL);
	assert_int_equal(cut.taken, 4);
	assert_false(cutter_last(&c, &rest, &cut));
}

TESTS(SPEC(lines_end_at_lf_and_keep_every_other_byte),
    SPEC(a_line_of_exactly_max_line_is_whole),
    SPEC(a_longer_line_goes_out_in_marked_parts),
    SPEC(cuts_do_not_depend_on_how_the_bytes_arrive),
    SPEC(what_is_left_when_a_source_ends_is_marked_as_partial))
