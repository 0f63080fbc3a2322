/* gzip, in pieces of any size, and damaged. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/gzip.h"
#include "core/xalloc.h"

static char home[64];

static int
set_up(void **state)
{
	(void)state;
	return fresh_directory(home);
}

static int
tear_down(void **state)
{
	(void)state;
	char *command = xasprintf("rm -rf %s", home);
	int result = system(command);
	free(command);
	return result;
}

/* What a shell command prints; $H is a directory of its own. */
static void
output_of(const char *command, struct buffer *out)
{
	char *line = xasprintf("H=%s; cd $H; %s", home, command);
	FILE *p = popen(line, "r");
	size_t n;
	assert_non_null(p);
	while ((n = fread(buffer_room(out, 4096), 1, 4096, p)) > 0)
		out->len += n;
	assert_int_equal(pclose(p), 0);
	free(line);
}

/* Inflate `in`, `piece` bytes at a time into room for `room`. */
static void
inflate_all(struct gunzip *g, struct str in, size_t piece, size_t room,
    struct buffer *out)
{
	while (in.len > 0) {
		size_t len = in.len < piece ? in.len : piece, n;
		struct str part = { in.data, len };
		do {
			n = gunzip_turn(g, &part, buffer_room(out, room), room);
			out->len += n;
		} while (n == room);
		assert_int_equal(part.len, 0);
		in = str_after(in, len);
	}
}

static void
expect(struct str in, struct str wanted, uint64_t damaged, bool complete)
{
	static const size_t pieces[] = { 1, 7, 1000, 1 << 20 };
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			struct buffer out = { 0 };
			struct gunzip *g = gunzip_new();
			inflate_all(g, in, pieces[i], pieces[k], &out);
			if (wanted.data != NULL)
				assert_true(
				    str_equal(buffer_str(&out), wanted));
			assert_int_equal(gunzip_damaged(g), damaged);
			assert_int_equal(gunzip_is_complete(g), complete);
			gunzip_free(g);
			buffer_clear(&out);
		}
}

TEST(members_are_read_one_after_another_and_zeros_between_them_are_padding)
{
	struct buffer plain = { 0 }, packed = { 0 };
	output_of("seq 1 3000 > a; seq 3001 6000 > b; cat a b", &plain);
	output_of("gzip -c a; head -c 600 /dev/zero; gzip -9c b; printf '' | "
		  "gzip -c",
	    &packed);
	expect(buffer_str(&packed), buffer_str(&plain), 0, true);
	buffer_clear(&plain);
	buffer_clear(&packed);
}

TEST(a_file_that_stops_in_the_middle_gives_what_it_has)
{
	struct buffer packed = { 0 };
	output_of("seq 1 3000 | gzip -c", &packed);
	packed.len -= 5;
	expect(buffer_str(&packed), (struct str){ NULL, 0 }, 0, false);
	packed.len = 2; /* of the header */
	expect(buffer_str(&packed), (struct str)STR(""), 0, false);
	buffer_clear(&packed);
}

TEST(behind_damage_the_next_member_is_read)
{
	struct buffer packed = { 0 }, good = { 0 };
	output_of("seq 7 9", &good);
	output_of(
	    "seq 1 3000 | gzip -c | head -c 99; seq 7 9 | gzip -c", &packed);
	struct buffer out = { 0 };
	struct gunzip *g = gunzip_new();
	inflate_all(g, buffer_str(&packed), 64, 64, &out);
	assert_true(gunzip_damaged(g) >= 1);
	gunzip_free(g);
	/* A wrong checksum: all of it comes, and it is counted. */
	packed.len = out.len = 0;
	output_of("seq 7 9 | gzip -c; seq 7 9 | gzip -c", &packed);
	packed.data[packed.len / 2 - 8] ^= 1;
	buffer_append(&good, "7\n8\n9\n", 6);
	expect(buffer_str(&packed), buffer_str(&good), 1, true);
	buffer_clear(&packed);
	buffer_clear(&good);
	buffer_clear(&out);
}

TEST(what_is_no_gzip_at_all_is_one_damage)
{
	expect((struct str)STR("just\x1f text \x1f\x8b and no more"),
	    (struct str)STR(""), 1, true);
	assert_true(gzip_is_magic("\x1f\x8b\x08"));
	assert_false(gzip_is_magic("\x1f\x8b\x09"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

TESTS(
    CASE(members_are_read_one_after_another_and_zeros_between_them_are_padding),
    CASE(a_file_that_stops_in_the_middle_gives_what_it_has),
    CASE(behind_damage_the_next_member_is_read),
    CASE(what_is_no_gzip_at_all_is_one_damage))
