#include "tests/unit/unit.h"

#include "agent/source_index.h"

static const struct identity one = { 1, 2, 3 }, other = { 1, 2, 4 };

static size_t
count(const struct source_index *index, const struct identity *identity)
{
	size_t n = 0;
	struct source *s = source_index_find(index, identity);
	for (; s != NULL; s = s->alike) {
		assert_true(identity_is_same(&s->identity, identity));
		n++;
	}
	return n;
}

TEST(all_of_one_file_are_found_until_they_are_freed)
{
	struct source_index index = { 0 };
	struct source *all[4];
	for (size_t i = 0; i < 4; i++) {
		all[i] = source_new("in", i < 3 ? &one : &other, "/x");
		source_index_add(&index, all[i]);
	}
	assert_int_equal(count(&index, &one), 3);
	assert_int_equal(count(&index, &other), 1);
	/* The one that stands for all, one in the middle, the last. */
	for (size_t left = 2; left > 0; left--) {
		source_free(source_index_find(&index, &one));
		assert_int_equal(count(&index, &one), left);
	}
	source_free(source_index_find(&index, &one));
	assert_null(source_index_find(&index, &one));
	source_free(all[3]);
	assert_null(index.heads);
}

TEST(one_that_goes_on_in_another_file_is_found_there)
{
	struct source_index index = { 0 };
	struct source *a = source_new("in", &one, "/x");
	struct source *b = source_new("in", &one, "/x");
	struct source *none = source_new("in", &one, "/x");
	source_index_add(&index, a);
	source_index_add(&index, b);
	source_index_move(b, &other);
	source_index_move(none, &other); /* it is in no index */
	assert_int_equal(count(&index, &one), 1);
	assert_ptr_equal(source_index_find(&index, &other), b);
	source_index_move(a, &other);
	assert_int_equal(count(&index, &other), 2);
	source_free(a);
	source_free(b);
	source_free(none);
	assert_null(index.heads);
}

TESTS(SPEC(all_of_one_file_are_found_until_they_are_freed),
    SPEC(one_that_goes_on_in_another_file_is_found_there))
