/*
 * What the next agent makes of what the last one left: after a clean stop, a
 * kill, another boot, another host or configuration, and damage.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/checkpoint.h"
#include "agent/checkpoint_rows.h"
#include "core/buffer.h"
#include "core/xalloc.h"

static char home[64];
static uv_loop_t loop;
static struct checkpoint *c;
static struct input_options inputs[2];
static struct config config;
static const struct identity file = { 1, 2, 3 };

static void
on_recorded(void *owner)
{
	assert_ptr_equal(owner, &config);
}

static struct checkpoint *
try_to_open(const char *user)
{
	return checkpoint_open(&loop, &config, user, on_recorded, &config);
}

static int
set_up(void **state)
{
	(void)state;
	if (fresh_directory(home) == -1)
		return -1;
	inputs[0] = (struct input_options){
		.name = (char *)"in", .program = (char *)"", .max_line = 1000
	};
	inputs[1] = inputs[0];
	inputs[1].name = (char *)"other";
	config = (struct config){ .weir.state = home,
		.agent.routing_key = (char *)"k",
		.agent.host = (char *)"h",
		.inputs = inputs,
		.input_count = 2 };
	uv_loop_init(&loop);
	c = try_to_open("weir");
	return c != NULL ? 0 : -1;
}

static void
close_it(void)
{
	checkpoint_close(c);
	uv_run(&loop, UV_RUN_DEFAULT);
	c = NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	close_it();
	assert_int_equal(uv_loop_close(&loop), 0);
	char *command = xasprintf("rm -rf %s", home);
	assert_int_equal(system(command), 0);
	free(command);
	return 0;
}

static void
wait_recorded(const struct source *s)
{
	while (!s->recorded || s->changed)
		uv_run(&loop, UV_RUN_ONCE);
}

static struct source *
add_file(void)
{
	struct source *s = source_new("in", &file, "/var/log/x");
	s->attached = true;
	s->start = 3;
	checkpoint_add(c, &inputs[0], s);
	wait_recorded(s);
	return s;
}

/* One read of one line up to `end`, under `key`. */
static struct span *
read_line(struct source *s, const char *key, uint64_t end)
{
	uint64_t prev;
	struct position at = { .offset = end };
	struct span *span = span_open(s);
	struct chain *chain =
	    chains_link(&s->chains, str_from(key), end, 77, &prev);
	span_hold(span);
	span_mark(span, chain, end);
	span_close(span, &at);
	return span;
}

/* Copies of the files as a kill would leave them, in place of them. */
static void
kill_it(void)
{
	char *keep = xasprintf(
	    "mkdir %s/kept; cp %s/checkpoint.db* %s/kept", home, home, home);
	char *bring =
	    xasprintf("rm %s/checkpoint.db*; mv %s/kept/* %s; rmdir %s/kept",
		home, home, home, home);
	assert_int_equal(system(keep), 0);
	close_it();
	int result = system(bring);
	assert_int_equal(result, 0);
	free(keep);
	free(bring);
}

static struct source *
reopen(const char *user)
{
	c = try_to_open(user);
	assert_non_null(c);
	return checkpoint_find(c, &inputs[0], &file);
}

static uint64_t
next_prev(struct source *s, const char *key, uint64_t pos)
{
	uint64_t prev;
	assert_non_null(chains_link(&s->chains, str_from(key), pos, 78, &prev));
	return prev;
}

TEST(chains_go_on_at_safe_after_a_kill)
{
	struct source *s = add_file();
	char id[RANDOM_ID_LEN + 1];
	memcpy(id, s->id, sizeof(id));
	span_settle(read_line(s, "a", 10));
	span_settle(read_line(s, "b", 20));
	struct span *open = read_line(s, "a", 30); /* nobody answered */
	span_settle(read_line(s, "b", 40)); /* and what is above it */
	checkpoint_save(c, true);
	wait_recorded(s);
	kill_it();
	(void)open;
	s = reopen("weir");
	assert_string_equal(s->id, id);
	assert_int_equal(s->safe.offset, 20);
	assert_int_equal(next_prev(s, "a", 30), 10);
	assert_int_equal(next_prev(s, "b", 40), 20);
	assert_int_equal(next_prev(s, "c", 50), 0);
}

/* How many chains the source has that stand in the file. */
static unsigned
saved_chains(const struct source *s)
{
	struct chain *chain, *next;
	unsigned count = 0;
	HASH_ITER(hh, s->chains.table, chain, next)
		count += chain->end > 0;
	return count;
}

static struct source *
settle_and(const char *user, void (*end)(void), void (*change)(void))
{
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	span_settle(read_line(s, "a", 10));
	checkpoint_save(c, true);
	wait_recorded(s);
	end();
	change();
	s = reopen(user);
	assert_non_null(s);
	assert_int_equal(s->safe.offset, 10);
	/* Under a new id the chains begin anew. */
	bool is_old = strcmp(s->id, id) == 0;
	assert_int_equal(saved_chains(s), is_old ? 1 : 0);
	assert_int_equal(next_prev(s, "a", 20), is_old ? 10 : 0);
	assert_int_equal(s->start, is_old ? 3 : 10);
	free(id);
	return is_old ? s : NULL;
}

static void
nothing(void)
{
}

static void
change_cuts(void)
{
	inputs[0].max_line = 500;
}

static void
change_boot(void)
{
	struct source_rows none = { 0 };
	char *path = xasprintf("%s/checkpoint.db", home);
	struct checkpoint_rows *r = checkpoint_rows_open(path);
	struct writer w;
	assert_int_equal(checkpoint_rows_writer(r, &w), 0);
	strcpy(w.boot, "another");
	assert_int_equal(checkpoint_rows_write(r, &none, &w), 0);
	checkpoint_rows_close(r);
	free(path);
}

TEST(a_clean_stop_lets_everything_go_on)
{
	assert_non_null(settle_and("weir", close_it, nothing));
}

TEST(a_kill_under_the_same_configuration_too)
{
	assert_non_null(settle_and("weir", kill_it, nothing));
}

TEST(another_configuration_is_no_matter_after_a_clean_stop)
{
	assert_non_null(settle_and("weir", close_it, change_cuts));
}

TEST(another_configuration_is_saved_before_it_is_used)
{
	struct source *s = settle_and("weir", close_it, change_cuts);
	assert_false(s->recorded);
	wait_recorded(s);
	assert_int_equal(s->since, 10);
	/* And so is the way back. */
	char *id = xstrdup(s->id);
	kill_it();
	inputs[0].max_line = 1000;
	s = reopen("weir");
	assert_string_not_equal(s->id, id);
	free(id);
}

TEST(another_configuration_after_a_kill_gives_a_new_id)
{
	assert_null(settle_and("weir", kill_it, change_cuts));
}

TEST(another_boot_is_no_matter_after_a_clean_stop)
{
	assert_non_null(settle_and("weir", close_it, change_boot));
}

TEST(another_boot_after_a_kill_gives_a_new_id)
{
	assert_null(settle_and("weir", kill_it, change_boot));
}

TEST(another_user_of_the_broker_gives_a_new_id)
{
	assert_null(settle_and("stranger", close_it, nothing));
}

TEST(lines_that_were_not_confirmed_at_the_end_count_as_a_kill)
{
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	read_line(s, "a", 10);
	close_it();
	change_cuts();
	s = reopen("weir");
	assert_string_not_equal(s->id, id);
	assert_int_equal(s->safe.offset, 0);
	free(id);
}

TEST(two_inputs_have_a_source_each_of_one_file)
{
	struct source *s = add_file();
	assert_null(checkpoint_find(c, &inputs[1], &file));
	close_it();
	s = reopen("weir");
	assert_non_null(s);
	close_it();
	/* An input that was renamed finds what it read under its old name. */
	config.input_count = 1;
	inputs[0].name = (char *)"renamed";
	assert_non_null(reopen("weir"));
}

TEST(a_checkpoint_removed_while_in_use_is_written_again)
{
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	span_settle(read_line(s, "a", 10));
	checkpoint_save(c, true);
	wait_recorded(s);
	char *command = xasprintf("rm -r %s", home);
	assert_int_equal(system(command), 0);
	free(command);
	char *path = xasprintf("%s/checkpoint.db", home);
	while (access(path, F_OK) == -1 || s->changed)
		uv_run(&loop, UV_RUN_ONCE);
	kill_it();
	s = reopen("weir");
	assert_string_equal(s->id, id);
	assert_int_equal(s->safe.offset, 10);
	assert_int_equal(next_prev(s, "a", 20), 10);
	free(path);
	free(id);
}

TEST(more_chains_than_there_may_be_go_unchained)
{
	struct source *s = add_file();
	uint64_t prev;
	char key[32];
	for (int i = 0; i < CHAINS_MAX; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_non_null(chains_link(
		    &s->chains, str_from(key), (uint64_t)i + 1, 1, &prev));
	}
	assert_null(
	    chains_link(&s->chains, str_from("one more"), 5000, 1, &prev));
	assert_int_equal(s->chains.unchained, 1);
	assert_int_equal(next_prev(s, "k7", 5001), 8);
}

static struct buffer
read_file(const char *path)
{
	struct buffer b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return b;
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	size_t len = (size_t)st.st_size;
	assert_int_equal(read(fd, buffer_room(&b, len), len), len);
	b.len = len;
	close(fd);
	return b;
}

static void
write_file(const char *path, const struct buffer *b)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, b->data, b->len), b->len);
	close(fd);
}

/* Nothing that was not safe is skipped, nothing that was is linked wrong. */
static void
check_after_damage(const char *id)
{
	c = try_to_open("weir");
	if (c == NULL)
		return; /* it refused, and said why */
	struct source *s = checkpoint_find(c, &inputs[0], &file);
	if (s != NULL && s->safe.offset == 30 && strcmp(s->id, id) == 0) {
		assert_int_equal(next_prev(s, "a", 40), 30);
		assert_int_equal(next_prev(s, "b", 50), 20);
	} else if (s != NULL) {
		/* Under a new id; or as of before the last transaction, when
		 * a flip in the log made SQLite end it earlier. */
		assert_true(s->safe.offset == 30 || s->safe.offset == 0);
		assert_int_equal(next_prev(s, "a", 40), 0);
		assert_int_equal(next_prev(s, "b", 50), 0);
	} /* else the file is read from its beginning under a new id */
	close_it();
}

#define FLIPS 3000

static const char *const suffixes[] = { "", "-wal", "-shm" };

/* Open `files` (the database and its log) with one bit of one flipped. */
static void
flip(struct buffer files[2], unsigned *seed, const char *id)
{
	struct buffer *b = &files[files[1].len > 0 ? rand_r(seed) % 2 : 0];
	size_t at = (size_t)rand_r(seed) % b->len;
	char bit = (char)(1 << rand_r(seed) % 8);
	b->data[at] = (char)(b->data[at] ^ bit);
	for (int i = 0; i < 3; i++) {
		char *path = xasprintf("%s/checkpoint.db%s", home, suffixes[i]);
		unlink(path);
		if (i < 2 && files[i].len > 0)
			write_file(path, &files[i]);
		free(path);
	}
	b->data[at] = (char)(b->data[at] ^ bit);
	check_after_damage(id);
}

static void
read_files(struct buffer files[2])
{
	for (int i = 0; i < 2; i++) {
		char *path = xasprintf("%s/checkpoint.db%s", home, suffixes[i]);
		files[i] = read_file(path);
		free(path);
	}
}

TEST(a_flipped_bit_never_skips_a_line)
{
	struct buffer killed[2], stopped[2];
	struct source *s = add_file();
	char *id = xstrdup(s->id);
	unsigned seed = (unsigned)getpid();
	span_settle(read_line(s, "a", 10));
	span_settle(read_line(s, "b", 20));
	span_settle(read_line(s, "a", 30));
	checkpoint_save(c, true);
	wait_recorded(s);
	read_files(killed);
	close_it();
	read_files(stopped);
	print_message("seed %u\n", seed);
	for (int i = 0; i < FLIPS; i++)
		flip(i % 2 ? killed : stopped, &seed, id);
	for (int i = 0; i < 2; i++) {
		buffer_clear(&killed[i]);
		buffer_clear(&stopped[i]);
	}
	free(id);
}

int
main(void)
{
#define IN_ITS_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_ITS_WORLD(chains_go_on_at_safe_after_a_kill),
		IN_ITS_WORLD(a_clean_stop_lets_everything_go_on),
		IN_ITS_WORLD(a_kill_under_the_same_configuration_too),
		IN_ITS_WORLD(
		    another_configuration_is_no_matter_after_a_clean_stop),
		IN_ITS_WORLD(another_configuration_is_saved_before_it_is_used),
		IN_ITS_WORLD(another_configuration_after_a_kill_gives_a_new_id),
		IN_ITS_WORLD(another_boot_is_no_matter_after_a_clean_stop),
		IN_ITS_WORLD(another_boot_after_a_kill_gives_a_new_id),
		IN_ITS_WORLD(another_user_of_the_broker_gives_a_new_id),
		IN_ITS_WORLD(
		    lines_that_were_not_confirmed_at_the_end_count_as_a_kill),
		IN_ITS_WORLD(two_inputs_have_a_source_each_of_one_file),
		IN_ITS_WORLD(
		    a_checkpoint_removed_while_in_use_is_written_again),
		IN_ITS_WORLD(more_chains_than_there_may_be_go_unchained),
		IN_ITS_WORLD(a_flipped_bit_never_skips_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
