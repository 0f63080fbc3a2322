/*
 * What the next agent makes of what the last one left: after a clean stop, a
 * kill, another boot, another host or configuration.
 */
#include "tests/unit/checkpoint_world.h"

#include "agent/checkpoint_rows.h"

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

TEST(AG_18_a_checkpoint_removed_while_in_use_is_written_again)
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

int
main(void)
{
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
		    AG_18_a_checkpoint_removed_while_in_use_is_written_again),
		IN_ITS_WORLD(more_chains_than_there_may_be_go_unchained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
