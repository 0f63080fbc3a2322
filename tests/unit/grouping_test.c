/*
 * Lines to messages: what docker and CRI wrote, the user's patterns, bounds,
 * and what may be called clean.
 */
#include "tests/unit/multiline_world.h"

#include "record/container.h"

static void
assert_text(const struct world *w, size_t i, const char *text, uint32_t flags)
{
	assert_true(i < w->count);
	assert_string_equal(w->out[i].text, text);
	assert_int_equal(w->out[i].flags, flags);
}

TEST(a_line_of_a_container_is_its_text_its_time_and_its_stream)
{
	static const struct {
		const char *line, *text;
		bool more;
		enum container_stream stream;
	} docker[] = {
		{ "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":"
		  "\"1970-01-01T00:00:01Z\"}",
		    "a", false, CONTAINER_STDOUT },
		{ "{\"log\":\"a\",\"stream\":\"stderr\",\"time\":"
		  "\"1970-01-01T00:00:01Z\",\"attrs\":{\"x\":\"y\"}}",
		    "a", true, CONTAINER_STDERR },
		{ "{\"log\":\"\\n\",\"time\":\"1970-01-01T00:00:01Z\"}", "",
		    false, CONTAINER_OTHER },
		{ "{\"log\":\"\\u001b[1m\\u00e4\\r\\n\",\"time\":"
		  "\"1970-01-01T01:00:01+01:00\"}",
		    "\x1b[1m\xc3\xa4\r", false, CONTAINER_OTHER },
	}, cri[] = {
		{ "1970-01-01T00:00:01Z stdout F a b", "a b", false,
		    CONTAINER_STDOUT },
		{ "1970-01-01T00:00:01.0Z stderr P:x ", "", true,
		    CONTAINER_STDERR },
		{ "1970-01-01T00:00:01Z stdout F", "", false,
		    CONTAINER_STDOUT },
		{ "1970-01-01T00:00:01Z stdout F  indented", " indented",
		    false, CONTAINER_STDOUT },
	};
	struct container_line line;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
		    container_docker(str_from(docker[i].line), &line), 0);
		assert_true(str_equal(line.text, str_from(docker[i].text)));
		assert_int_equal(line.more, docker[i].more);
		assert_int_equal(line.stream, docker[i].stream);
		assert_int_equal(line.time, NS_PER_SECOND);
		container_clear(&line);
		assert_int_equal(
		    container_cri(str_from(cri[i].line), &line), 0);
		assert_true(str_equal(line.text, str_from(cri[i].text)));
		assert_int_equal(line.more, cri[i].more);
		assert_int_equal(line.stream, cri[i].stream);
		assert_int_equal(line.time, NS_PER_SECOND);
	}
}

TEST(what_has_not_the_form_is_none)
{
	static const char *const docker[] = { "", "{}", "[]", "text",
		"{\"log\":1}", "{\"log\":\"a\"", "{\"log\":\"a\"}x" };
	static const char *const cri[] = { "", " ", "stdout F a",
		"1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z stdin F a",
		"1970-01-01T00:00:01Z stdout X a",
		"1970-01-01T00:00:01Z stdout FP a", "yesterday stdout F a" };
	struct container_line line;
	for (size_t i = 0; i < sizeof(docker) / sizeof(*docker); i++)
		assert_int_equal(
		    container_docker(str_from(docker[i]), &line), -1);
	for (size_t i = 0; i < sizeof(cri) / sizeof(*cri); i++)
		assert_int_equal(container_cri(str_from(cri[i]), &line), -1);
}

#define OUT "1970-01-01T00:00:01Z stdout "
#define ERR "1970-01-01T00:00:02Z stderr "

TEST(no_place_is_clean_while_a_piece_of_any_stream_waits)
{
	struct world w = { .input.format = INPUT_CRI };
	world_open(&w, "");
	world_put(&w, OUT "P one ");
	assert_false(grouping_is_clean(w.grouping, w.at));
	world_put(&w, ERR "F other");
	assert_false(grouping_is_clean(w.grouping, w.at));
	world_put(&w, OUT "F line");
	assert_true(grouping_is_clean(w.grouping, w.at));
	assert_int_equal(w.count, 2);
	assert_text(&w, 0, "other", 0);
	assert_text(&w, 1, "one line", 0);
	assert_string_equal(w.out[1].stream, "[container stream=\"stdout\"]");
	assert_int_equal(w.out[0].time, 2 * NS_PER_SECOND);
	assert_int_equal(w.out[1].time, NS_PER_SECOND);
	assert_int_equal(w.out[1].pos, w.at);
	world_close(&w);
}

TEST(a_message_that_ended_before_another_went_out_stands_behind_it)
{
	struct world w = { .input.format = INPUT_CRI };
	world_open(&w, "java");
	world_put(&w, OUT "F java.lang.Error: x");
	world_put(&w, OUT "F \tat T.a()");
	uint64_t end = w.at;
	world_put(&w, ERR "F plain");
	assert_int_equal(w.out[0].pos, w.at);
	assert_false(grouping_is_clean(w.grouping, w.at));
	grouping_flush(w.grouping);
	assert_text(&w, 1, "java.lang.Error: x\n\tat T.a()", 0);
	assert_true(w.out[1].pos > end);
	assert_int_equal(w.out[1].pos, w.at + 1);
	/* That number may be the next line's, so nobody begins here. */
	assert_false(grouping_is_clean(w.grouping, w.at));
	world_put(&w, OUT "F next");
	assert_true(grouping_is_clean(w.grouping, w.at));
	world_close(&w);
}

TEST(a_line_without_the_form_ends_what_waits_and_is_marked)
{
	struct world w = { .input.format = INPUT_DOCKER };
	world_open(&w, "");
	world_put(&w, "{\"log\":\"half\",\"stream\":\"stdout\"}");
	world_put(&w, "nothing of docker's");
	assert_int_equal(w.count, 2);
	assert_text(&w, 0, "half", RECORD_PARTIAL);
	assert_text(&w, 1, "nothing of docker's", RECORD_MALFORMED);
	assert_string_equal(w.out[1].stream, "");
	world_close(&w);
}

TEST(an_object_that_an_unescaped_line_feed_broke_is_whole_again)
{
	struct world w = { .input.format = INPUT_DOCKER };
	world_open(&w, "");
	world_put(&w, "{\"log\":\"a");
	assert_false(grouping_is_clean(w.grouping, w.at));
	world_put(&w, "b");
	world_put(&w, "\",\"stream\":\"stderr\"}");
	assert_int_equal(w.count, 1);
	assert_text(&w, 0, "a\nb", 0);
	assert_int_equal(w.out[0].pos, w.at);
	/* And one whose end never comes is what it is. */
	world_put(&w, "{\"log\":\"a");
	world_put(&w, "b");
	world_put(&w, "{\"log\":\"c\\n\"}");
	assert_int_equal(w.count, 3);
	assert_text(&w, 1, "{\"log\":\"a\nb", RECORD_MALFORMED);
	assert_text(&w, 2, "c", 0);
	world_close(&w);
}

TEST(a_line_in_pieces_that_is_too_long_goes_out_in_parts)
{
	struct world w = { .input.format = INPUT_CRI,
		.input.multiline_bytes = 64 };
	world_open(&w, "");
	for (int i = 0; i < 10; i++)
		world_put(&w, OUT "P 0123456789");
	assert_int_equal(w.count, 1);
	assert_int_equal(strlen(w.out[0].text), 70);
	assert_int_equal(w.out[0].flags, RECORD_MORE);
	grouping_flush(w.grouping);
	assert_text(&w, 1, "012345678901234567890123456789", RECORD_PARTIAL);
	world_close(&w);
}

/* Else a stream that never falls silent would hold `safe` for ever. */
TEST(after_a_while_a_clean_place_is_made)
{
	struct world w = { .input.format = INPUT_CRI,
		.input.multiline_bytes = 64 };
	world_open(&w, "java");
	world_put(&w, OUT "P never completed");
	while (w.count < 100 && !grouping_is_clean(w.grouping, w.at))
		world_put(&w, ERR "F x");
	assert_true(grouping_is_clean(w.grouping, w.at));
	assert_true(w.at > 4 * 64 && w.at < 5 * 64 + 40);
	/* Its number is a later line's, so that line must be past as well. */
	assert_text(&w, w.count - 2, "never completed", RECORD_PARTIAL);
	assert_text(&w, w.count - 1, "x", 0);
	world_close(&w);
}

TEST(bounds_mark_and_discard_nothing)
{
	struct world w = { .input.multiline_lines = 3 };
	world_open(&w, "java");
	world_put(&w, "java.lang.Error: x");
	for (int i = 0; i < 4; i++)
		world_put(&w, "\tat T.a()");
	world_put(&w, "next");
	assert_int_equal(w.count, 3);
	assert_text(
	    &w, 0, "java.lang.Error: x\n\tat T.a()\n\tat T.a()", RECORD_MORE);
	assert_text(&w, 1, "\tat T.a()\n\tat T.a()", 0);
	assert_text(&w, 2, "next", 0);
	world_close(&w);
	w = (struct world){ .input.multiline_bytes = 30 };
	world_open(&w, "java");
	world_put(&w, "java.lang.Error: x");
	world_put(&w, "\tat T.a()");
	world_put(&w, "\tat T.b()");
	grouping_flush(w.grouping);
	assert_text(&w, 0, "java.lang.Error: x\n\tat T.a()", RECORD_MORE);
	assert_text(&w, 1, "\tat T.b()", 0);
	world_close(&w);
}

TEST(what_is_undecided_for_long_was_none_of_the_message)
{
	struct world w = { .at = 0 };
	world_open(&w, "java");
	world_put(&w, "java.lang.Error: x");
	for (int i = 0; i < TRACE_AHEAD; i++)
		world_put(&w, "a line of the message?");
	assert_int_equal(w.count, 0);
	world_put(&w, "and one more");
	assert_int_equal(w.count, 2 + TRACE_AHEAD);
	assert_text(&w, 0, "java.lang.Error: x", 0);
	assert_text(&w, 1 + TRACE_AHEAD, "and one more", 0);
	assert_true(grouping_is_clean(w.grouping, w.at));
	world_close(&w);
}

/* Where the source shows a message to be of several lines that is certain:
 * also behind a message that had doubtful lines, for which it was another. */
TEST(what_was_doubtful_of_one_exception_is_not_held_against_the_next)
{
	static const char *const lines[] = {
		"Traceback (most recent call last):",
		"  File \"a.py\", line 1, in f", "    g()", "KeyError: 'k'",
		"and a line more", "",
		("During handling of the above exception, another exception "
		 "occurred:"),
		"", "Traceback (most recent call last):",
		"  File \"a.py\", line 3, in <module>",
		"    raise ValueError(\"one\\ntwo\\nthree\")",
		"ValueError: one", "two", "three"
	};
	struct world w = { .at = 0 };
	world_open(&w, "python");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		world_put(&w, lines[i]);
	world_put(&w, "2026-01-01 00:00:00 INFO next");
	assert_int_equal(w.count, 2);
	assert_text(&w, 1, "2026-01-01 00:00:00 INFO next", 0);
	world_close(&w);
}

/* `patterns`: start, continue, next; `expected`: messages, with | between. */
static void
assert_patterns(const char *const patterns[3], const char *const *lines,
    const char *expected)
{
	struct world w = { .at = 0 };
	struct buffer got = { 0 };
	w.input.multiline_start = (char *)(uintptr_t)patterns[0];
	w.input.multiline_continue = (char *)(uintptr_t)patterns[1];
	w.input.multiline_next = (char *)(uintptr_t)patterns[2];
	world_open(&w, "");
	for (; *lines != NULL; lines++)
		world_put(&w, *lines);
	grouping_flush(w.grouping);
	for (size_t i = 0; i < w.count; i++)
		buffer_printf(&got, "%s|", w.out[i].text);
	assert_true(str_equal(buffer_str(&got), str_from(expected)));
	buffer_clear(&got);
	world_close(&w);
}

TEST(patterns_say_what_begins_what_goes_on_and_what_the_next_does)
{
	static const char *const lines[] = { "x", "A1", " b", "c", "A2", "A3",
		" d\\", "A4", NULL };
	assert_patterns((const char *[]){ "^A", "", "" }, lines,
	    "x|A1\n b\nc|A2|A3\n d\\|A4|");
	assert_patterns((const char *[]){ "", "^ ", "" }, lines,
	    "x|A1\n b|c|A2|A3\n d\\|A4|");
	assert_patterns((const char *[]){ "^A", "^ ", "" }, lines,
	    "x|A1\n b|c|A2|A3\n d\\|A4|");
	assert_patterns((const char *[]){ "", "", "\\\\$" }, lines,
	    "x|A1| b|c|A2|A3| d\\\nA4|");
	assert_patterns((const char *[]){ "^A", "", "\\\\$" }, lines,
	    "x|A1\n b\nc|A2|A3\n d\\\nA4|");
}

TEST(a_message_is_overdue_when_its_next_line_does_not_come)
{
	struct world w = { .now = { 0, 5 * NS_PER_SECOND } };
	world_open(&w, "java");
	world_put(&w, "single");
	assert_false(grouping_is_overdue(w.grouping, 100 * NS_PER_SECOND));
	world_put(&w, "java.lang.Error: x");
	assert_false(grouping_is_overdue(w.grouping, 6 * NS_PER_SECOND));
	assert_true(grouping_is_overdue(w.grouping, 6 * NS_PER_SECOND + 1));
	w.now.now = 7 * NS_PER_SECOND;
	world_put(&w, "\tat T.a()");
	assert_false(grouping_is_overdue(w.grouping, 8 * NS_PER_SECOND));
	world_close(&w);
}

TEST(a_part_of_a_long_line_is_nobodys)
{
	struct world w = { .at = 0 };
	struct cut part = {
		.text = STR("0123456789"), .part = 1, .flags = RECORD_MORE
	};
	world_open(&w, "java");
	world_put(&w, "java.lang.Error: x");
	grouping_put(w.grouping, &part, w.at += 10, &w.now);
	world_put(&w, "\tat T.a()");
	grouping_flush(w.grouping);
	assert_int_equal(w.count, 3);
	assert_text(&w, 0, "java.lang.Error: x", 0);
	assert_text(&w, 1, "0123456789", RECORD_MORE);
	assert_text(&w, 2, "\tat T.a()", 0);
	world_close(&w);
}

TESTS(SPEC(a_line_of_a_container_is_its_text_its_time_and_its_stream),
    SPEC(what_has_not_the_form_is_none),
    SPEC(no_place_is_clean_while_a_piece_of_any_stream_waits),
    SPEC(a_message_that_ended_before_another_went_out_stands_behind_it),
    SPEC(a_line_without_the_form_ends_what_waits_and_is_marked),
    SPEC(an_object_that_an_unescaped_line_feed_broke_is_whole_again),
    SPEC(a_line_in_pieces_that_is_too_long_goes_out_in_parts),
    SPEC(after_a_while_a_clean_place_is_made),
    SPEC(bounds_mark_and_discard_nothing),
    SPEC(what_is_undecided_for_long_was_none_of_the_message),
    SPEC(what_was_doubtful_of_one_exception_is_not_held_against_the_next),
    SPEC(patterns_say_what_begins_what_goes_on_and_what_the_next_does),
    SPEC(a_message_is_overdue_when_its_next_line_does_not_come),
    SPEC(a_part_of_a_long_line_is_nobodys))
