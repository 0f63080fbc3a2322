#include "tests/unit/unit.h"

#include <string.h>

#include "agent/framing.h"
#include "core/buffer.h"
#include "core/json.h"
#include "record/record.h"

/* What came out of a stream, as "text|", with the marks in front. */
struct heard {
	struct buffer frames;
	struct buffer texts; /* one after the other */
};

static void
note(struct heard *h, const struct cut *cut)
{
	if (cut->part > 0)
		buffer_printf(&h->frames, "%u%s:", cut->part,
		    cut->flags & RECORD_MORE ? "+" : "");
	if (cut->flags & RECORD_PARTIAL)
		buffer_append(&h->frames, "~", 1);
	buffer_append_str(&h->frames, cut->text);
	buffer_append(&h->frames, "|", 1);
	buffer_append_str(&h->texts, cut->text);
}

/* The stream arrives in pieces of `first` bytes, then of `more`. */
static void
hear(struct str all, size_t max, size_t first, size_t more, struct heard *h)
{
	struct framing f = { .max_frame = max };
	struct buffer waiting = { 0 };
	struct cut cut;
	h->frames.len = h->texts.len = 0;
	while (all.len > 0) {
		size_t n = first < all.len ? first : all.len;
		buffer_append(&waiting, all.data, n);
		all = str_after(all, n);
		first = more;
		struct str rest = buffer_str(&waiting);
		while (framing_next(&f, &rest, &cut))
			note(h, &cut);
		buffer_consume(&waiting, waiting.len - rest.len);
	}
	struct str rest = buffer_str(&waiting);
	while (framing_last(&f, &rest, &cut))
		note(h, &cut);
	assert_int_equal(rest.len, 0);
	buffer_clear(&waiting);
}

static void
clear(struct heard *h)
{
	buffer_clear(&h->frames);
	buffer_clear(&h->texts);
}

static void
check_equal(const struct heard *a, const struct heard *b)
{
	assert_int_equal(a->frames.len, b->frames.len);
	if (a->frames.len > 0)
		assert_memory_equal(
		    a->frames.data, b->frames.data, a->frames.len);
}

/* The same, wherever the stream is split, and byte by byte. */
static void
hear_in_every_way(struct str all, size_t max, struct heard *whole)
{
	struct heard split = { 0 };
	hear(all, max, all.len, 1, whole);
	for (size_t first = 1; first < all.len; first++) {
		hear(all, max, first, all.len, &split);
		check_equal(whole, &split);
	}
	hear(all, max, 1, 1, &split);
	check_equal(whole, &split);
	clear(&split);
}

static void
check(struct str stream, size_t max, const char *expected)
{
	struct heard h = { 0 };
	hear_in_every_way(stream, max, &h);
	buffer_append_byte(&h.frames, '\0');
	assert_string_equal(h.frames.data, expected);
	clear(&h);
}

#define CHECK(stream, max, expected) \
	check((struct str)STR(stream), max, expected)

TEST(each_frame_says_itself_what_it_is)
{
	CHECK("<1>a\n<2>b\n", 99, "<1>a|<2>b|");
	CHECK("4 <1>a4 <2>b", 99, "<1>a|<2>b|");
	CHECK("<1>a\n4 <2>b<3>c\n4 <4>d", 99, "<1>a|<2>b|<3>c|<4>d|");
	CHECK("6 <1>a\nb<2>c\n", 99, "<1>a\nb|<2>c|");
	/* Once counts have come, what they count needs no PRI. */
	CHECK("4 <1>a5 hello", 99, "<1>a|hello|");
}

TEST(a_line_that_begins_with_a_number_is_a_line)
{
	CHECK("13 Jan  1 is a line\n14 Jan too\n", 99,
	    "13 Jan  1 is a line|14 Jan too|");
	CHECK("<1>a\n5 hello\n", 99, "<1>a|5 hello|");
	CHECK("<1>a\n5 <b>o\n", 99, "<1>a|5 <b>o|");
	CHECK("2026 x\n", 9999, "2026 x|");
	CHECK("1634567890 <1>x\n", 99, "1634567890 <1>x|");
	CHECK("007 <1>1 -x\n", 99, "007 <1>1 -x|");
	CHECK("0 \n", 99, "0 |");
	CHECK("5 hello\n", 99, "5 hello|");
	CHECK("5 hello6 world!", 99, "hello|world!|");
}

TEST(a_count_that_is_none_is_text)
{
	CHECK("67108865 <1>a\n<2>b\n", 99, "67108865 <1>a|<2>b|");
	CHECK("999999999 <1>a\n<2>b\n", 99, "999999999 <1>a|<2>b|");
	CHECK("18446744073709551621 <1>a\n<2>b\n", 99,
	    "18446744073709551621 <1>a|<2>b|");
	CHECK("0 <1>a\n<2>b\n", 99, "0 <1>a|<2>b|");
	CHECK("00 <1>a\n", 99, "00 <1>a|");
	CHECK("04 <1>a\n4 <2>b", 99, "04 <1>a|<2>b|");
	CHECK("4<1>a\n4 <2>b", 99, "4<1>a|<2>b|");
	CHECK("4\t<1>a\n", 99, "4\t<1>a|");
	CHECK(" 4 <1>a\n", 99, " 4 <1>a|");
	CHECK("-4 <1>a\n+4 <1>b\n", 99, "-4 <1>a|+4 <1>b|");
	CHECK("4.0 <1>a\n", 99, "4.0 <1>a|");
	/* RFC 5424 without its PRI: VERSION is no count. */
	CHECK("1 2026-11-21T09:01:02Z h app - - - x\n", 99,
	    "1 2026-11-21T09:01:02Z h app - - - x|");
	CHECK("1 1795251662.123 MX84 x\n", 99, "1 1795251662.123 MX84 x|");
	CHECK("<1>a\n1 2026-11-21T09:01:02Z h\n", 99,
	    "<1>a|1 2026-11-21T09:01:02Z h|");
}

TEST(a_count_that_lies_spoils_no_more_than_it_must)
{
	/* Too small: the rest is a line. */
	CHECK("4 <1>abc\n4 <2>b", 99, "<1>a|bc|<2>b|");
	CHECK("4 <1>abc\n<2>b\n", 99, "<1>a|bc|<2>b|");
	CHECK("1 <1>abc\n<2>b\n", 99, "<|1>abc|<2>b|");
	/* Too large: what follows is in it. */
	CHECK("9 <1>a\n<2>b\n<3>c\n", 99, "<1>a\n<2>b|<3>c|");
	CHECK("99 <1>a\n<2>b\n", 99, "~<1>a\n<2>b\n|");
}

TEST(framings_may_be_mixed_on_one_connection)
{
	CHECK("<1>a\n4 <2>b4 <3>c<4>d\n<5>e\0"
	      "4 <6>f\n<7>g\r\n"
	      "5 <8>h\n\n4 <9>i",
	    99, "<1>a|<2>b|<3>c|<4>d|<5>e|<6>f|<7>g|<8>h|<9>i|");
	CHECK("8 <1>a\0b\nc4 <2>d", 99, "<1>a\0b\nc|<2>d|");
	CHECK("\0\0<1>a\0\0\n<2>b\r\n\r\n", 99, "<1>a|<2>b|");
	CHECK("\xef\xbb\xbf<1>a\n", 99, "\xef\xbb\xbf<1>a|");
	CHECK("4 <1>a 4 <2>b\n", 99, "<1>a| 4 <2>b|");
	CHECK("<1>a\r<2>b\n", 99, "<1>a\r<2>b|");
	CHECK("<1>a\n12 <2> b\nc <3> \nd\n", 99, "<1>a|<2> b\nc <3> |d|");
	CHECK("5 a b c5 d e f", 99, "a b c|d e f|");
	CHECK("5 a b c5 d e f\n", 99, "a b c|d e f|");
	CHECK("3 abc", 99, "abc|");
	CHECK("3 abc\n", 99, "3 abc|");
	CHECK("3 abcd", 99, "~3 abcd|");
}

TEST(ends_are_no_part_of_the_text_and_alone_are_nothing)
{
	CHECK("a\r\nb\n", 99, "a|b|");
	CHECK("a\0b\0", 99, "a|b|");
	CHECK("5 <1>a\n6 <1>b\r\n5 <1>c\0"
	      "4 <1>d\n4 <1>e\n",
	    99, "<1>a|<1>b|<1>c|<1>d|<1>e|");
	CHECK("\n\0\r\n\n", 99, "");
	CHECK("1 \n", 99, "1 |");
	CHECK("a\rb\r\n\r", 99, "a\rb|~\r|");
}

TEST(frames_that_are_too_long_go_on_as_parts)
{
	CHECK("0123\n", 4, "0123|");
	CHECK("0123\r\n", 4, "0123|");
	CHECK("01234567890\nok\n", 4, "1+:0123|2+:4567|3:890|ok|");
	CHECK("01234567\r\nok\n", 4, "1+:0123|2:4567|ok|");
	CHECK("9 <1>456789ok\n", 4, "1+:<1>4|2+:5678|3:9|ok|");
	CHECK("5 <1>456\n", 4, "1+:<1>4|2:5|6|");
	CHECK("8 <1>456\r\n4 <2>c", 4, "1+:<1>4|2:56|<2>c|");
	/* The end has the trailer alone. */
	CHECK("9 <1>45678\n<2>c\n", 4, "1+:<1>4|2:5678|<2>c|");
	CHECK("67108864 <1>", 4, "~<1>|");
}

TEST(what_is_left_at_the_end_is_marked)
{
	CHECK("<1>a\nhalf", 99, "<1>a|~half|");
	CHECK("16 <1>1", 99, "~<1>1|");
	CHECK("4 <1>a16", 99, "<1>a|~16|");
	CHECK("01234", 4, "1+:0123|2:~4|");
	CHECK("5 hello", 99, "hello|");
}

TEST(without_room_for_the_rest_what_is_there_is_a_part)
{
	struct framing f = { .max_frame = 99 };
	struct str first = STR("20 <1>abc"), second = STR("defghijklmnopq");
	struct cut cut;
	assert_false(framing_next(&f, &first, &cut));
	assert_true(framing_part(&f, &first, &cut));
	assert_true(str_equal(cut.text, str_from("<1>abc")));
	assert_int_equal(cut.part, 1);
	assert_int_equal(cut.flags, RECORD_MORE);
	assert_true(framing_next(&f, &second, &cut));
	assert_true(str_equal(cut.text, str_from("defghijklmnopq")));
	assert_int_equal(cut.part, 2);
	assert_int_equal(cut.flags, 0);

	struct framing unknown = { .max_frame = 99 };
	struct str number = STR("20");
	assert_false(framing_part(&unknown, &number, &cut));
	assert_int_equal(number.len, 2);
}

static void
decode(struct str text, struct buffer *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0;
	for (size_t i = 0; i < text.len && text.data[i] != '='; i++) {
		const char *digit = strchr(digits, text.data[i]);
		assert_non_null(digit);
		bits = bits << 6 | (unsigned)(digit - digits);
		count += 6;
		if (count >= 8) {
			count -= 8;
			buffer_append_byte(out, (char)(bits >> count & 0xff));
		}
	}
}

/* Frames as the vector wants them; behind its error all the bytes there are,
 * since nothing is left out. */
static void
check_vector(const struct json *vector)
{
	struct buffer stream = { 0 };
	struct heard h = { 0 }, expected = { 0 };
	struct str none;
	bool failing = json_get_text(vector, "error_after", &none);
	const struct json *in = json_get(vector, "segments_b64");
	const struct json *out = json_get(vector, "expect_frames_b64");
	for (size_t i = 0; i < json_count(in); i++)
		decode(json_text_at(in, i), &stream);
	for (size_t i = 0; i < json_count(out); i++) {
		decode(json_text_at(out, i), &expected.texts);
		decode(json_text_at(out, i), &expected.frames);
		buffer_append(&expected.frames, "|", 1);
	}
	hear_in_every_way(buffer_str(&stream),
	    (size_t)json_number(vector, "max_message"), &h);
	if (!failing) {
		size_t n = 0; /* without the mark of a missing end */
		for (size_t i = 0; i < h.frames.len; i++)
			if (h.frames.data[i] != '~')
				h.frames.data[n++] = h.frames.data[i];
		h.frames.len = n;
		check_equal(&h, &expected);
	} else {
		assert_true(h.frames.len >= expected.frames.len);
		if (expected.frames.len > 0)
			assert_memory_equal(h.frames.data, expected.frames.data,
			    expected.frames.len);
		/* Headers and trailers may be missing. */
		assert_true(h.texts.len + 16 >= stream.len);
	}
	buffer_clear(&stream);
	clear(&h);
	clear(&expected);
}

TEST(the_vectors_are_cut_as_they_say_at_every_split)
{
	struct buffer text = { 0 };
	FILE *in = fopen(VECTORS "/rfc6587_framing.json", "r");
	assert_non_null(in);
	size_t n;
	while ((n = fread(buffer_room(&text, 4096), 1, 4096, in)) > 0)
		text.len += n;
	fclose(in);
	/* The parser takes objects. */
	struct buffer object = { 0 };
	buffer_printf(
	    &object, "{\"all\":" STR_FMT "}", STR_ARG(buffer_str(&text)));
	struct json *json = json_parse(buffer_str(&object));
	assert_non_null(json);
	const struct json *all = json_get(json, "all");
	assert_true(json_count(all) > 15);
	for (size_t i = 0; i < json_count(all); i++)
		check_vector(json_at(all, i));
	json_free(json);
	buffer_clear(&object);
	buffer_clear(&text);
}

TESTS(SPEC(each_frame_says_itself_what_it_is),
    SPEC(a_line_that_begins_with_a_number_is_a_line),
    SPEC(a_count_that_is_none_is_text),
    SPEC(a_count_that_lies_spoils_no_more_than_it_must),
    SPEC(framings_may_be_mixed_on_one_connection),
    SPEC(ends_are_no_part_of_the_text_and_alone_are_nothing),
    SPEC(frames_that_are_too_long_go_on_as_parts),
    SPEC(what_is_left_at_the_end_is_marked),
    SPEC(without_room_for_the_rest_what_is_there_is_a_part),
    SPEC(the_vectors_are_cut_as_they_say_at_every_split))
