/*
 * A range of a chain, read again: whatever the file holds, it is what was cut
 * from it the first time.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/reread.h"
#include "agent/tail.h"
#include "core/checksum.h"
#include "core/xalloc.h"

#define LINES_MAX 4000
#define MAX_LINE 100000 /* more than one read takes */

/* A line as it went out the first time. */
struct line {
	char key[16];
	uint64_t prev, pos;
	uint64_t sum; /* of its text */
	uint32_t part, flags;
};

static char home[64];
static char *path;
static struct config config;
static struct input_options input;
static struct source *source;
static bool for_now;
static struct line lines[LINES_MAX];
static size_t count;
static size_t found; /* of `lines`, by rereading */

/* The same throws in each run. */
static size_t
dice(size_t bound)
{
	return (size_t)random() % bound;
}

static struct line
line_of(const struct record *r)
{
	struct line line = { .prev = r->prev,
		.pos = r->pos,
		.sum = checksum(r->body),
		.part = r->part,
		.flags = r->flags };
	assert_true(r->key.len < sizeof(line.key));
	memcpy(line.key, r->key.data, r->key.len);
	return line;
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(fresh_directory(home), 0);
	path = xasprintf("%s/log", home);
	config = (struct config){ .inputs = &input, .input_count = 1 };
	config.agent.host = (char *)(uintptr_t) "h";
	config.agent.routing_key =
	    (char *)(uintptr_t) "${severity}.${facility}";
	input = (struct input_options){ .name = (char *)(uintptr_t) "in",
		.program = (char *)(uintptr_t) "",
		.severity = SEVERITY_INFO,
		.facility = FACILITY_USER,
		.max_line = MAX_LINE };
	count = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	source_free(source);
	source = NULL;
	char *command = xasprintf("rm -rf %s", home);
	assert_int_equal(system(command), 0);
	free(command);
	free(path);
	return 0;
}

/* `text` is the file; it was read from `start` on, all of it. */
static void
make_file(struct str text, uint64_t start)
{
	struct identity identity;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
	assert_int_equal(identity_read(fd, &identity), 0);
	close(fd);
	source = source_new("in", &identity, path);
	source->start = start;
	size_t checked =
	    text.len < POSITION_CHECKED ? text.len : POSITION_CHECKED;
	source->safe.offset = text.len;
	source->safe.check =
	    checksum((struct str){ text.data + text.len - checked, checked });
}

static uint64_t
last_of_chain(const char *key)
{
	for (size_t i = count; i > 0; i--)
		if (strcmp(lines[i - 1].key, key) == 0)
			return lines[i - 1].pos;
	return 0;
}

/* The first reading, all at once. */
static void
read_first(struct str text, uint64_t start)
{
	struct router *router = router_new(&config, &input, NULL);
	struct level level = { .known = false };
	struct origin origin = { .source = source, .level = &level };
	struct cutter cutter = { .max_line = MAX_LINE };
	struct str rest = str_after(text, (size_t)start);
	struct cut cut;
	struct record r;
	while (cutter_next(&cutter, &rest, &cut)) {
		uint64_t pos = (uint64_t)(rest.data - text.data);
		if (!router_make(router, &origin, &cut, pos, &r))
			continue;
		assert_true(count < LINES_MAX);
		lines[count] = line_of(&r);
		lines[count].prev = last_of_chain(lines[count].key);
		count++;
	}
	router_free(router);
}

/* Lines of all lengths and levels. */
static void
append_lines(struct buffer *b, size_t number)
{
	static const char *const heads[] = { "[error] ", "warning: ", "",
		"<11>", "debug " };
	for (size_t i = 0; i < number; i++) {
		size_t len = dice(200);
		if (dice(50) == 0)
			len = dice(4 * MAX_LINE);
		buffer_append_str(b, str_from(heads[dice(5)]));
		memset(buffer_room(b, len), 'x', len);
		b->len += len;
		buffer_append_byte(b, '\n');
	}
}

/* The line of the same key that comes after `i`; `count`: none. */
static size_t
next_of_chain(size_t i)
{
	size_t next = i + 1;
	while (next < count && strcmp(lines[next].key, lines[i].key) != 0)
		next++;
	return next;
}

static size_t expected; /* number of the line that is to be found next */

static void
on_line(void *owner, const struct record *r)
{
	struct line line = line_of(r);
	(void)owner;
	assert_true(expected < count);
	assert_memory_equal(&line, &lines[expected], sizeof(line));
	assert_int_equal(r->source.len, RANDOM_ID_LEN);
	assert_memory_equal(r->source.data, source->id, RANDOM_ID_LEN);
	expected = next_of_chain(expected);
	found++;
}

static int
run_through(struct reread *r)
{
	const char *why;
	int more;
	while ((more = reread_turn(r, on_line, NULL, &why)) == 1)
		;
	return more;
}

/* Twice, as a resend does. */
static void
assert_found(size_t first, size_t last, size_t lines_between)
{
	struct reread_range range = { str_from(lines[first].key),
		lines[first].prev, lines[last].pos };
	const char *why;
	struct reread *r = reread_open(&config, source, &range, &why, &for_now);
	assert_non_null(r);
	for (int i = 0; i < 2; i++) {
		expected = first;
		found = 0;
		assert_int_equal(run_through(r), 0);
		assert_int_equal(found, lines_between);
		reread_rewind(r);
	}
	reread_close(r);
}

static void
try_ranges(size_t tries)
{
	for (size_t i = 0; i < tries; i++) {
		size_t first = dice(count);
		size_t last = first, number = 1;
		for (size_t n = dice(20); n > 0; n--) {
			size_t next = next_of_chain(last);
			if (next == count)
				break;
			last = next;
			number++;
		}
		assert_found(first, last, number);
	}
}

TEST(any_range_of_any_chain_is_what_it_was)
{
	struct buffer b = { 0 };
	append_lines(&b, 1000);
	make_file(buffer_str(&b), 0);
	read_first(buffer_str(&b), 0);
	try_ranges(300);
	buffer_clear(&b);
}

TEST(a_source_that_begins_within_a_line_is_cut_from_there)
{
	struct buffer b = { 0 };
	append_lines(&b, 20);
	b.len--; /* the line goes on */
	uint64_t start = b.len;
	append_lines(&b, 200);
	make_file(buffer_str(&b), start);
	read_first(buffer_str(&b), start);
	assert_found(0, 0, 1);
	try_ranges(100);
	buffer_clear(&b);
}

TEST(a_line_that_was_taken_for_ended_ends_there_again)
{
	struct buffer b = { 0 };
	append_lines(&b, 10);
	buffer_append(&b, "[error] half a", 14);
	uint64_t cut = b.len;
	buffer_append(&b, " line\n[error] next\n", 19);
	make_file(buffer_str(&b), 0);
	source->cut = cut;
	/* What was published: two lines of these bytes. */
	read_first((struct str){ b.data, (size_t)cut }, 0);
	lines[count] = (struct line){ .key = "err.user",
		.prev = last_of_chain("err.user"),
		.pos = cut,
		.sum = checksum((struct str)STR("[error] half a")),
		.flags = RECORD_PARTIAL };
	lines[count + 1] = (struct line){ .key = "err.user",
		.prev = cut,
		.pos = b.len,
		.sum = checksum((struct str)STR("[error] next")) };
	count += 2;
	assert_found(count - 2, count - 2, 1);
	assert_found(count - 1, count - 1, 1);
	assert_found(count - 2, count - 1, 2);
	buffer_clear(&b);
}

/* What was published of the range is not there any more. */
static void
assert_gone(const struct reread_range *range, const char *reason)
{
	const char *why = NULL;
	int more;
	struct reread *r = reread_open(&config, source, range, &why, &for_now);
	assert_non_null(r);
	while ((more = reread_turn(r, on_line, NULL, &why)) == 1)
		;
	assert_int_equal(more, -1);
	assert_string_equal(why, reason);
	reread_close(r);
}

static void
assert_refused(const char *key, uint64_t from, uint64_t to)
{
	struct reread_range range = { str_from(key), from, to };
	const char *why = NULL;
	struct reread *r = reread_open(&config, source, &range, &why, &for_now);
	assert_non_null(r);
	expected = 0;
	assert_int_equal(run_through(r), -1);
	reread_close(r);
}

TEST(a_range_that_ends_elsewhere_now_is_not_what_was_published)
{
	struct str text = STR("[error] one\nplain\n[error] two\n");
	make_file(text, 0);
	read_first(text, 0);
	assert_found(0, 0, 1);
	assert_refused("err.user", 0, 11);
	assert_refused("err.user", 0, 18);
	assert_refused("nobody.user", 0, 12);
	/* Cut elsewhere, its first part is no error any more. */
	input.max_line = 5;
	assert_refused("err.user", 0, 12);
}

TEST(a_file_is_found_by_what_it_is_and_not_by_its_name)
{
	struct str text = STR("[error] one\n[error] two\n");
	struct reread_range range = { STR("err.user"), 0, 12 };
	make_file(text, 0);
	read_first(text, 0);
	char *other = xasprintf("%s/log.1", home);
	assert_int_equal(rename(path, other), 0);
	int fd = open(path, O_RDWR | O_CREAT, 0600); /* takes the name */
	assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
	assert_found(0, 1, 2);
	/* Gone, but somebody still has it open. */
	source->fd = open(other, O_RDONLY);
	assert_int_equal(unlink(other), 0);
	assert_found(0, 1, 2);
	close(source->fd);
	source->fd = -1;
	assert_gone(&range, "its file is not there any more");
	close(fd);
	free(other);
}

TEST(a_file_whose_place_is_not_mounted_may_come_back)
{
	struct reread_range range = { STR("err.user"), 0, 12 };
	const char *why;
	make_file((struct str)STR("[error] one\n"), 0);
	read_first((struct str)STR("[error] one\n"), 0);
	source->identity.device++;
	assert_null(reread_open(&config, source, &range, &why, &for_now));
	assert_true(for_now);
}

TEST(a_file_with_other_bytes_before_safe_is_another)
{
	struct str text = STR("[error] one\n[error] two\n");
	struct reread_range range = { STR("err.user"), 0, 12 };
	make_file(text, 0);
	int fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "?", 1, 20), 1);
	assert_gone(&range, "its file holds other bytes now");
	assert_int_equal(ftruncate(fd, 5), 0);
	assert_gone(&range, "its file holds other bytes now");
	close(fd);
}

TEST(what_was_no_file_cannot_be_read_again)
{
	static const struct identity none;
	struct reread_range range = { STR("err.user"), 0, 12 };
	const char *why;
	source = source_new("in", &none, "stdin");
	assert_null(reread_open(&config, source, &range, &why, &for_now));
	source_free(source);
	source = source_new("renamed", &none, "stdin");
	assert_null(reread_open(&config, source, &range, &why, &for_now));
	assert_string_equal(why, "its input is no longer configured");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

TESTS(CASE(any_range_of_any_chain_is_what_it_was),
    CASE(a_source_that_begins_within_a_line_is_cut_from_there),
    CASE(a_line_that_was_taken_for_ended_ends_there_again),
    CASE(a_range_that_ends_elsewhere_now_is_not_what_was_published),
    CASE(a_file_is_found_by_what_it_is_and_not_by_its_name),
    CASE(a_file_whose_place_is_not_mounted_may_come_back),
    CASE(a_file_with_other_bytes_before_safe_is_another),
    CASE(what_was_no_file_cannot_be_read_again))
