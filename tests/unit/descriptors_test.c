#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stddef.h>

#include "agent/descriptors.h"

struct file {
	struct descriptor descriptor;
	bool busy;
	bool was_read;
	bool open;
};

static struct file files[6];
static struct descriptors all;

static bool
on_yield(struct descriptor *d, bool press)
{
	struct file *f =
	    (void *)((char *)d - offsetof(struct file, descriptor));
	assert_true(f->open);
	if (f->busy && !(press && f->was_read))
		return false;
	f->open = false;
	return true;
}

static bool
open_file(struct file *f, bool press)
{
	f->descriptor.yield = on_yield;
	f->open = descriptors_take(&all, &f->descriptor, press);
	return f->open;
}

/* Four descriptors, and all of them open. */
static void
begin(void)
{
	static const struct file none;
	descriptors_init(&all, 0);
	all.limit = 4;
	for (size_t i = 0; i < 6; i++)
		files[i] = none;
	for (size_t i = 0; i < 4; i++)
		assert_true(open_file(&files[i], false));
}

TEST(the_one_that_grew_longest_ago_gives_way)
{
	begin();
	descriptors_touch(&all, &files[0].descriptor);
	assert_true(open_file(&files[4], false));
	assert_false(files[1].open);
	assert_true(open_file(&files[5], false));
	assert_false(files[2].open);
	assert_true(files[0].open);
	assert_int_equal(all.count, 4);
}

TEST(who_has_something_to_read_keeps_it_unless_all_have)
{
	begin();
	for (size_t i = 0; i < 4; i++)
		files[i].busy = i != 2;
	assert_true(open_file(&files[4], true));
	assert_false(files[2].open);
	files[4].busy = true;
	assert_false(open_file(&files[5], true)); /* none was read so far */
	assert_false(files[5].descriptor.taken);
	files[3].was_read = true;
	assert_false(open_file(&files[5], false));
	assert_true(open_file(&files[5], true));
	assert_false(files[3].open);
}

TEST(what_is_returned_is_there_for_others)
{
	begin();
	descriptors_return(&all, &files[1].descriptor);
	descriptors_return(&all, &files[1].descriptor); /* does nothing */
	assert_int_equal(all.count, 3);
	assert_true(open_file(&files[4], false));
	assert_true(files[0].open && files[2].open && files[3].open);
	descriptors_return(&all, &files[0].descriptor);
	descriptors_return(&all, &files[4].descriptor);
	descriptors_lower(&all);
	assert_int_equal(all.limit, 4); /* not below what it takes to go on */
}

TEST(one_without_a_descriptor_is_no_trouble)
{
	begin();
	assert_false(files[4].descriptor.taken);
	descriptors_touch(&all, &files[4].descriptor);
	descriptors_return(&all, &files[4].descriptor);
	assert_int_equal(all.count, 4);
	assert_ptr_equal(all.first, &files[0].descriptor);
	assert_ptr_equal(all.last, &files[3].descriptor);
}

TEST(of_many_busy_ones_some_are_asked_at_a_time_and_others_then)
{
	static struct file many[200];
	descriptors_init(&all, 0);
	all.limit = 200;
	for (size_t i = 0; i < 200; i++) {
		many[i].busy = i != 150;
		assert_true(open_file(&many[i], false));
	}
	struct file more = { .open = false };
	int asked = 1;
	while (!open_file(&more, true))
		asked++;
	assert_false(many[150].open);
	assert_in_range(asked, 2, 4);
}

TESTS(SPEC(one_without_a_descriptor_is_no_trouble),
    SPEC(of_many_busy_ones_some_are_asked_at_a_time_and_others_then),
    SPEC(the_one_that_grew_longest_ago_gives_way),
    SPEC(who_has_something_to_read_keeps_it_unless_all_have),
    SPEC(what_is_returned_is_there_for_others))
