/*
 * A range of a chain, read again, where messages have several lines, and those
 * of several streams lie across each other: it is what went out the first time.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>

#include "agent/reread.h"
#include "config/list.h"
#include "core/checksum.h"
#include "core/xalloc.h"

#define MESSAGES_MAX 4000

struct message_out {
	char key[16];
	uint64_t prev, pos;
	uint64_t sum; /* of its text */
	uint32_t part, flags;
};

static char home[64];
static char *path;
static struct config config;
static struct input_options input;
static struct router *router; /* of the first reading */
static struct source *source;
static struct message_out all[MESSAGES_MAX];
static size_t count, several;
static size_t expected, found;

/* The same throws in each run. */
static size_t
dice(size_t bound)
{
	return (size_t)random() % bound;
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(fresh_directory(home), 0);
	path = xasprintf("%s/log", home);
	config = (struct config){ .inputs = &input, .input_count = 1 };
	config.agent.host = (char *)(uintptr_t) "h";
	config.agent.routing_key = (char *)(uintptr_t) "${severity}";
	input = (struct input_options){ .name = (char *)(uintptr_t) "in",
		.program = (char *)(uintptr_t) "",
		.severity = SEVERITY_INFO,
		.max_line = 1000,
		.multiline_lines = 20,
		.multiline_bytes = 2000 };
	list_parse((struct str)STR("auto"), &input.multiline);
	count = several = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	source_free(source);
	list_clear(&input.multiline);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(home), 0);
	free(path);
	return 0;
}

static struct message_out
message_of(const struct record *r)
{
	struct message_out m = { .prev = r->prev,
		.pos = r->pos,
		.sum = checksum(r->body),
		.part = r->part,
		.flags = r->flags };
	memcpy(m.key, r->key.data, r->key.len);
	return m;
}

static void
keep(void *owner, const struct cut *cut, uint64_t pos, int64_t received)
{
	struct level level = { .known = false };
	struct origin origin = { source, NULL, received, &level };
	struct record r;
	(void)owner;
	assert_true(router_make(router, &origin, cut, pos, &r));
	assert_true(count < MESSAGES_MAX);
	struct message_out *m = &all[count];
	*m = message_of(&r);
	for (size_t i = count; m->prev == 0 && i > 0; i--)
		if (strcmp(all[i - 1].key, m->key) == 0)
			m->prev = all[i - 1].pos;
	several += memchr(cut->text.data, '\n', cut->text.len) != NULL;
	count++;
}

/* Lines of traces and others, in any order. */
static void
append_line(struct buffer *b)
{
	static const char *const lines[] = { "[error] plain", "warning: x",
		"java.lang.Error: top", "\tat T.main(T.java:1)", "",
		"Caused by: java.io.IOException: y", "second line",
		"Traceback (most recent call last):", "  File \"a.py\", line 1",
		"KeyError: 1", "panic: p",
		"goroutine 1 [running]:", "main.main()", "\tmain.go:1 +0x1",
		"debug z", "<11>old" };
	const char *line = lines[dice(sizeof(lines) / sizeof(*lines))];
	const char *stream = dice(2) ? "stdout" : "stderr";
	bool more = dice(4) == 0;
	if (input.format == INPUT_LINE || dice(30) == 0)
		buffer_printf(b, "%s\n", line);
	else if (input.format == INPUT_CRI)
		buffer_printf(b, "2026-11-21T10:00:00Z %s %c %s\n", stream,
		    more ? 'P' : 'F', line);
	else if (strpbrk(line, "\"\t") == NULL)
		buffer_printf(b, "{\"log\":\"%s%s\",\"stream\":\"%s\"}\n", line,
		    more ? "" : "\\n", stream);
	else
		buffer_printf(b,
		    "{\"log\":\"\\tat x()\\n\",\"stream\":\"%s\"}\n", stream);
}

static void
read_first(struct str text)
{
	struct identity identity;
	struct cutter cutter = { .max_line = (size_t)input.max_line };
	struct arrival now = { 0, 0 };
	struct str rest = text;
	struct cut cut;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
	assert_int_equal(identity_read(fd, &identity), 0);
	close(fd);
	source = source_new("in", &identity, path);
	router = router_new(&config, &input, NULL);
	struct grouping *g = grouping_new(router_grouping(router), keep, NULL);
	grouping_start(g, 0);
	while (cutter_next(&cutter, &rest, &cut)) {
		uint64_t at = (uint64_t)(rest.data - text.data);
		grouping_put(g, &cut, at, &now);
		if (grouping_is_clean(g, at))
			marks_add(
			    &source->marks, &(struct position){ .offset = at });
	}
	grouping_free(g);
	router_free(router);
}

static size_t
next_of_chain(size_t i)
{
	size_t next = i + 1;
	while (next < count && strcmp(all[next].key, all[i].key) != 0)
		next++;
	return next;
}

static void
on_message(void *owner, const struct record *r)
{
	struct message_out m = message_of(r);
	(void)owner;
	assert_true(expected < count);
	assert_memory_equal(&m, &all[expected], sizeof(m));
	expected = next_of_chain(expected);
	found++;
}

static void
assert_found(size_t first, size_t last, size_t between)
{
	struct reread_range range = { str_from(all[first].key), all[first].prev,
		all[last].pos };
	const char *why = "";
	bool for_now;
	int more;
	struct reread *r = reread_open(&config, source, &range, &why, &for_now);
	assert_non_null(r);
	expected = first;
	found = 0;
	while ((more = reread_turn(r, on_message, NULL, &why)) == 1)
		;
	assert_int_equal(more, 0);
	assert_int_equal(found, between);
	reread_close(r);
}

static void
try_ranges(size_t lines, size_t tries)
{
	struct buffer text = { 0 };
	for (size_t i = 0; i < lines; i++)
		append_line(&text);
	read_first(buffer_str(&text));
	assert_true(count > lines / 10 && several > lines / 20);
	for (size_t i = 0; i < tries; i++) {
		size_t first = dice(count), last = first, between = 1;
		for (size_t n = dice(20); n > 0; n--) {
			size_t next = next_of_chain(last);
			if (next == count)
				break;
			last = next;
			between++;
		}
		assert_found(first, last, between);
	}
	buffer_clear(&text);
}

TEST(traces_come_again_as_they_were)
{
	try_ranges(2000, 300);
}

TEST(so_they_do_where_streams_lie_across_each_other)
{
	input.format = INPUT_CRI;
	try_ranges(1500, 60);
}

TEST(and_in_what_docker_wrote)
{
	input.format = INPUT_DOCKER;
	try_ranges(1500, 40);
}

/* Of those in front of it nothing is read: it may as well be lost. */
TEST(a_place_where_nothing_was_held_is_one_to_begin_at)
{
	input.format = INPUT_CRI;
	try_ranges(1500, 0);
	const struct marks *marks = &source->marks;
	assert_int_equal(marks->count, MARKS_MAX);
	uint64_t lost = marks->at[4].offset;
	char *noise = xcalloc(1, (size_t)lost);
	int fd = open(path, O_WRONLY);
	assert_int_equal(write(fd, noise, (size_t)lost), (ssize_t)lost);
	close(fd);
	free(noise);
	size_t tried = 0;
	for (size_t i = 0; i < count && tried < 60; i++)
		if (all[i].prev >= lost) {
			assert_found(i, i, 1);
			tried++;
		}
	assert_int_equal(tried, 60);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

TESTS(CASE(traces_come_again_as_they_were),
    CASE(so_they_do_where_streams_lie_across_each_other),
    CASE(and_in_what_docker_wrote),
    CASE(a_place_where_nothing_was_held_is_one_to_begin_at))
