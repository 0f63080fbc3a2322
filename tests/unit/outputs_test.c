#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/resource.h>

#include "collector/outputs.h"

static const struct sink_place place = { .stream = "t", .base = "none/" };

static void
append(struct outputs *o, const char *name, const char *text)
{
	struct buffer *b = outputs_pending(o, outputs_find(o, name));
	buffer_append_str(b, str_from(text));
}

/* As a commit that wrote everything. */
static void
write_out(struct outputs *o, struct output *taken, bool are_closed)
{
	for (struct output *it = taken; it != NULL; it = it->next)
		it->writing.len = 0;
	outputs_return(o, taken, are_closed);
}

static size_t
length(const struct output *list)
{
	size_t n = 0;
	for (; list != NULL; list = list->next)
		n++;
	return n;
}

TEST(what_is_taken_is_everything_pending_in_order_and_once)
{
	struct outputs o;
	outputs_init(&o, STREAM_FILE, &place, 1);
	append(&o, "b", "1");
	append(&o, "a", "2");
	append(&o, "b", "3");
	struct output *taken = outputs_take(&o, 1);
	assert_int_equal(length(taken), 2);
	assert_string_equal(taken->name, "b");
	assert_memory_equal(taken->writing.data, "13", 2);
	assert_string_equal(taken->next->name, "a");
	assert_memory_equal(taken->next->writing.data, "2", 1);

	append(&o, "a", "4");
	assert_int_equal(length(taken), 2);
	write_out(&o, taken, false);
	taken = outputs_take(&o, 2);
	assert_int_equal(length(taken), 1);
	assert_memory_equal(taken->writing.data, "4", 1);
	write_out(&o, taken, false);
	assert_null(outputs_take(&o, 3));
	assert_int_equal(outputs_count(&o), 2);
	outputs_clear(&o);
}

TEST(an_idle_output_retires_and_one_in_use_does_not)
{
	struct outputs o;
	outputs_init(&o, STREAM_FILE, &place, 1);
	append(&o, "old", "1");
	append(&o, "new", "1");
	write_out(&o, outputs_take(&o, 1), false);
	append(&o, "new", "2");
	struct output *taken = outputs_take(&o, OUTPUTS_IDLE_MS);
	assert_null(outputs_retire(&o, false, OUTPUTS_IDLE_MS));
	struct output *retired = outputs_retire(&o, false, OUTPUTS_IDLE_MS + 1);
	assert_int_equal(length(retired), 1);
	assert_string_equal(retired->name, "old");
	outputs_discard(retired);
	write_out(&o, taken, false);
	assert_int_equal(outputs_count(&o), 1);
	retired = outputs_retire(&o, true, OUTPUTS_IDLE_MS + 1);
	assert_int_equal(length(retired), 1);
	outputs_discard(retired);
	assert_int_equal(outputs_count(&o), 0);
	outputs_clear(&o);
}

TEST(the_least_recently_used_make_room)
{
	struct outputs o;
	char name[16];
	outputs_init(&o, STREAM_FILE, &place, 1);
	for (int i = 0; i < OUTPUTS_OPEN_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		append(&o, name, "x");
	}
	write_out(&o, outputs_take(&o, 1), false);
	append(&o, "0", "used again");
	append(&o, "one more", "x");
	struct output *taken = outputs_take(&o, 2);
	struct output *retired = outputs_retire(&o, false, 2);
	assert_int_equal(length(retired), 1);
	assert_string_equal(retired->name, "1");
	outputs_discard(retired);
	write_out(&o, taken, false);
	assert_int_equal(outputs_count(&o), OUTPUTS_OPEN_MAX);
	outputs_clear(&o);
}

TEST(few_descriptors_leave_room_for_the_rest_of_the_process)
{
	struct rlimit old, limit;
	struct outputs o;
	getrlimit(RLIMIT_NOFILE, &old);
	limit = (struct rlimit){ 256, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &limit);
	outputs_init(&o, STREAM_FILE, &place, 1);
	assert_int_equal(o.open_max, 128);
	outputs_init(&o, STREAM_FILE, &place, 7);
	assert_int_equal(o.open_max, 32);
	outputs_init(&o, STREAM_FILE, &place, 1000);
	assert_int_equal(o.open_max, 1);
	limit.rlim_cur = 1024;
	setrlimit(RLIMIT_NOFILE, &limit);
	outputs_init(&o, STREAM_FILE, &place, 1);
	assert_int_equal(o.open_max, OUTPUTS_OPEN_MAX);
	setrlimit(RLIMIT_NOFILE, &old);
}

TEST(closed_outputs_are_forgotten_unless_bytes_wait_for_them)
{
	struct outputs o;
	outputs_init(&o, STREAM_FILE, &place, 1);
	append(&o, "a", "1");
	append(&o, "b", "1");
	struct output *taken = outputs_take(&o, 1);
	append(&o, "b", "2");
	write_out(&o, taken, true);
	assert_int_equal(outputs_count(&o), 1);
	taken = outputs_take(&o, 2);
	assert_string_equal(taken->name, "b");
	write_out(&o, taken, true);
	assert_int_equal(outputs_count(&o), 0);
	outputs_clear(&o);
}

TESTS(SPEC(what_is_taken_is_everything_pending_in_order_and_once),
    SPEC(an_idle_output_retires_and_one_in_use_does_not),
    SPEC(the_least_recently_used_make_room),
    SPEC(few_descriptors_leave_room_for_the_rest_of_the_process),
    SPEC(closed_outputs_are_forgotten_unless_bytes_wait_for_them))
