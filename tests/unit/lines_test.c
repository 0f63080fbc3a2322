#include "tests/unit/unit.h"

#include <string.h>

#include "agent/lines.h"
#include "core/buffer.h"
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

/* All cuts of `text`, "line|" each, a hole as "~". */
static void
cut_all(struct cutter c, const char *text, size_t len, size_t chunk,
    bool look_through, const char *wanted)
{
	struct buffer out = { 0 };
	size_t here = 0, at = 0;
	struct cut cut;
	while (here < len || chunk == 0) {
		here = here + chunk < len && chunk > 0 ? here + chunk : len;
		struct str rest = { text + at, here - at };
		uint64_t hole = c.hole;
		if (look_through)
			cutter_look_through(&c, rest);
		while (cutter_next(&c, &rest, &cut)) {
			buffer_append_str(&out, cut.text);
			buffer_append_byte(
			    &out, cut.flags & RECORD_PARTIAL ? '!' : '|');
		}
		at = (size_t)(rest.data - text);
		if (c.hole > hole)
			assert_true(c.hole - hole >= 1);
		if (here == len)
			break;
	}
	if (!str_equal(buffer_str(&out), str_from(wanted)))
		fail_msg("chunks of %zu: " STR_FMT ", not %s", chunk,
		    STR_ARG(buffer_str(&out)), wanted);
	buffer_clear(&out);
}

TEST(a_hole_is_no_part_of_any_line_however_it_arrives)
{
	char text[400] = "one\nhalf";
	const struct cutter c = { .max_line = 200 };
	memcpy(text + 8 + 70, "two\nthree\n", 10);
	memcpy(text + 88 + 300, "four\n", 5);
	for (size_t chunk = 1; chunk < 393; chunk++)
		for (int look = 0; look < 2; look++)
			cut_all(c, text, 393, chunk, look == 1,
			    "one|half!two|three|four|");
	/* Few NULs are a part of their line like any other byte. */
	struct str few = { text + 8 + 70 - 63, 67 };
	struct str rest = few;
	struct cutter fresh = c;
	struct cut cut;
	assert_true(cutter_next(&fresh, &rest, &cut));
	assert_int_equal(cut.text.len, 66);
	assert_int_equal(fresh.hole, 0);
}

TEST(a_hole_ends_a_line_in_parts)
{
	char text[300] = "0123456789";
	struct cutter c = { .max_line = 8 };
	c.max_line = 64;
	memset(text, 'x', 70);
	memcpy(text + 200, "ok\n", 3);
	struct str rest = { text, 203 };
	static const struct expected parts[] = {
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxx",
		    64, 1, RECORD_MORE },
	};
	struct cut cut;
	check(&c, &rest, &parts[0]);
	while (cutter_next(&c, &rest, &cut) && rest.len > 0)
		assert_true(cut.part > 0);
	assert_true(str_equal(cut.text, (struct str)STR("ok")));
	assert_int_equal(cut.part, 0);
}

TEST(in_utf_16_a_line_feed_is_a_code_unit)
{
	/* "a", U+0A0A, U+0A00, LF; LF */
	static const char le[] = "a\0\x0a\x0a\x00\x0a\n\0\n\0";
	static const char be[] = "\0a\x0a\x0a\x0a\x00\0\n\0\n";
	const enum encoding both[] = { ENCODING_UTF16LE, ENCODING_UTF16BE };
	const char *texts[] = { le, be };
	for (size_t i = 0; i < 2; i++) {
		struct cutter c = { .max_line = 100, .encoding = both[i] };
		struct str rest = { texts[i], 10 };
		struct cut cut;
		assert_int_equal(cutter_last_start(&c, rest), 10);
		assert_int_equal(
		    cutter_last_start(&c, (struct str){ rest.data, 7 }), 0);
		assert_true(cutter_next(&c, &rest, &cut));
		assert_int_equal(cut.text.len, 6);
		assert_int_equal(cut.taken, 8);
		assert_true(cutter_next(&c, &rest, &cut));
		assert_int_equal(cut.text.len, 0);
		assert_int_equal(rest.len, 0);
	}
}

TEST(in_utf_16_no_code_unit_is_divided)
{
	struct cutter c = { .max_line = 5, .encoding = ENCODING_UTF16LE };
	struct str rest = STR("a\0b\0c\0d\0e\0\n\0");
	struct cut cut;
	assert_true(cutter_next(&c, &rest, &cut));
	assert_int_equal(cut.text.len, 4);
	assert_true(cutter_next(&c, &rest, &cut));
	assert_int_equal(cut.text.len, 4);
	assert_true(cutter_next(&c, &rest, &cut));
	assert_int_equal(cut.text.len, 2);
	assert_int_equal(cut.part, 3);
	assert_int_equal(rest.len, 0);
}

TESTS(SPEC(lines_end_at_lf_and_keep_every_other_byte),
    SPEC(a_line_of_exactly_max_line_is_whole),
    SPEC(a_longer_line_goes_out_in_marked_parts),
    SPEC(cuts_do_not_depend_on_how_the_bytes_arrive),
    SPEC(what_is_left_when_a_source_ends_is_marked_as_partial),
    SPEC(a_hole_is_no_part_of_any_line_however_it_arrives),
    SPEC(a_hole_ends_a_line_in_parts),
    SPEC(in_utf_16_a_line_feed_is_a_code_unit),
    SPEC(in_utf_16_no_code_unit_is_divided))
