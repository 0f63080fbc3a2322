/*
 * What the checkpoint keeps of sources that nobody reads, and for how long.
 */
#include "tests/unit/checkpoint_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/aging.h"
#include "agent/checkpoint_private.h"
#include "core/clock.h"

/* One line of it is confirmed. */
static struct source *
add_read_file(void)
{
	struct source *s = add_file();
	span_settle(read_line(s, "a", 10));
	return s;
}

static void
save(void)
{
	do {
		checkpoint_save(c, true);
		uv_run(&loop, UV_RUN_ONCE);
	} while (c->saving || c->again);
}

/* As when no name leads to it any more. */
static void
lose_file(struct source *s)
{
	s->attached = false;
	source_end(s);
}

static void
open_again(const char *user)
{
	c = try_to_open(user);
	assert_non_null(c);
}

static uint64_t
end_of(const struct source *s, const char *key)
{
	struct chain *chain;
	HASH_FIND(hh, s->chains.table, key, strlen(key), chain);
	return chain != NULL ? chain->end : 0;
}

TEST(where_the_chains_of_a_lost_file_end_is_known_for_days)
{
	struct source *s = add_read_file();
	span_settle(read_line(s, "b", 30));
	char *id = xstrdup(s->id);
	lose_file(s);
	save();
	kill_it();
	assert_null(reopen("weir")); /* an inode is given again */
	s = checkpoint_first(c);
	assert_string_equal(s->id, id);
	assert_true(s->gone);
	assert_int_equal(end_of(s, "a"), 10);
	assert_int_equal(end_of(s, "b"), 30);

	assert_int_equal(aging_look(s, 100), 0);
	assert_int_equal(s->idle, 100);
	save();
	close_it();
	open_again("weir");
	s = checkpoint_first(c);
	assert_int_equal(s->idle, 100);
	assert_int_equal(aging_look(s, 100 + AGING_KEEPS), 0);
	assert_false(s->expired);
	aging_look(s, 101 + AGING_KEEPS);
	save();
	assert_null(checkpoint_first(c));
	close_it();
	open_again("weir");
	assert_null(checkpoint_first(c));
	free(id);
}

TEST(lines_under_way_when_the_file_went_are_waited_for)
{
	struct source *s = add_read_file();
	struct span *span = read_line(s, "a", 20);
	lose_file(s);
	save();
	aging_look(s, 1);
	aging_look(s, 2 + AGING_KEEPS);
	save();
	assert_false(s->expired);
	span_settle(span);
	save();
	close_it();
	open_again("weir");
	assert_int_equal(end_of(checkpoint_first(c), "a"), 20);
}

TEST(of_a_lost_file_without_a_line_nothing_stays)
{
	lose_file(add_file());
	save();
	assert_null(checkpoint_first(c));
}

TEST(what_may_have_been_sent_of_it_before_a_kill_is_not_unknown)
{
	struct source *s = add_file();
	read_line(s, "a", 10);
	kill_it(); /* with nothing confirmed */
	s = reopen("weir");
	lose_file(s);
	save();
	s = checkpoint_first(c);
	assert_non_null(s);
	assert_true(s->gone);
}

TEST(what_a_new_id_replaces_is_known_too)
{
	struct source *s = add_read_file();
	char *id = xstrdup(s->id);
	save();
	kill_it();
	inputs[0].max_line = 500;
	s = reopen("weir");
	assert_string_not_equal(s->id, id);
	save();
	close_it();
	open_again("weir");
	unsigned found = 0;
	for (s = checkpoint_first(c); s != NULL; s = s->next)
		if (strcmp(s->id, id) == 0) {
			found++;
			assert_true(s->gone);
			assert_int_equal(end_of(s, "a"), 10);
		}
	assert_int_equal(found, 1);
	free(id);
}

/* What the last writer left is another host's. */
static void
change_host(void)
{
	static const struct source_rows none;
	char *path = xasprintf("%s/checkpoint.db", home);
	struct checkpoint_rows *r = checkpoint_rows_open(path);
	struct writer w;
	assert_int_equal(checkpoint_rows_writer(r, &w), 0);
	strcpy(w.machine, "another");
	assert_int_equal(checkpoint_rows_write(r, &none, &w), 0);
	checkpoint_rows_close(r);
	free(path);
}

TEST(a_cloned_host_does_not_speak_for_the_first)
{
	static const struct identity other = { 4, 5, 6 };
	struct source *s = add_read_file();
	struct source *lost = source_new("in", &other, "/var/log/y");
	checkpoint_add(c, &inputs[0], lost);
	wait_recorded(lost);
	span_settle(read_line(lost, "a", 10));
	lose_file(lost);
	save();
	close_it();
	change_host();
	s = reopen("weir");
	assert_int_equal(s->start, 10); /* it goes on under a new id */
	save();
	assert_ptr_equal(checkpoint_first(c), s);
	assert_null(s->next);
}

/* -- files that were renamed away -------------------------------------------
 */

/* A file NAME in the home, that was read once and is no longer. */
static struct source *
leave_file(const char *name)
{
	struct identity id;
	char *path = xasprintf("%s/%s", home, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(identity_read(fd, &id), 0);
	close(fd);
	struct source *s = source_new("in", &id, path);
	checkpoint_add(c, &inputs[0], s);
	wait_recorded(s);
	span_settle(read_line(s, "a", 10));
	aging_look(s, 1);
	assert_int_equal(s->idle, 1);
	free(path);
	return s;
}

TEST(what_was_renamed_away_is_kept_as_long_as_it_is_there)
{
	struct source *s = leave_file("x.log");
	char *moved = xasprintf("%s/x.log.1", home);
	assert_int_equal(rename(s->path, moved), 0);
	aging_look(s, 2 + AGING_KEEPS);
	assert_false(s->expired);
	assert_int_equal(s->idle, 2 + AGING_KEEPS);
	unlink(moved);
	aging_look(s, 2 + 2 * AGING_KEEPS);
	assert_false(s->expired); /* it was there not long ago */
	aging_look(s, 3 + 2 * AGING_KEEPS);
	assert_true(s->expired);
	save();
	assert_null(checkpoint_first(c));
	free(moved);
}

TEST(a_file_system_that_is_not_mounted_says_nothing)
{
	struct source *s = leave_file("x.log");
	unlink(s->path);
	s->identity.device++;
	aging_look(s, 2 + AGING_KEEPS);
	assert_false(s->expired);
	/* Nor does the directory it is mounted on, without what is in it. */
	free(s->path);
	s->path = xasprintf("%s/not/there/x.log", home);
	aging_look(s, 3 + 2 * AGING_KEEPS);
	assert_false(s->expired);
	s->identity.device--;
	aging_look(s, 4 + 3 * AGING_KEEPS);
	assert_true(s->expired);
}

TEST(who_is_read_again_is_not_idle)
{
	struct source *s = leave_file("x.log");
	s->attached = true;
	aging_look(s, 2 + AGING_KEEPS);
	assert_int_equal(s->idle, 0);
	save();
	close_it();
	open_again("weir");
	assert_int_equal(checkpoint_first(c)->idle, 0);
}

TEST(a_spool_waits_for_its_input)
{
	static const struct identity none;
	struct source *s = source_new("pipe", &none, "spool/pipe");
	checkpoint_add(c, &inputs[0], s);
	wait_recorded(s);
	aging_look(s, 1);
	aging_look(s, 2 + AGING_KEEPS);
	assert_false(s->expired);
}

/* -- bounds, and the clock --------------------------------------------------
 */

TEST(of_too_many_the_oldest_go_first)
{
	enum {
		SOURCES = 21
	};
	struct source *all[SOURCES];
	char key[16];
	for (uint32_t i = 0; i < SOURCES; i++) {
		struct identity id = { 1, i + 10, 3 };
		all[i] = source_new("in", &id, "/var/log/x");
		checkpoint_add(c, &inputs[0], all[i]);
		wait_recorded(all[i]);
		for (unsigned n = 0; n < AGING_MAX / 20 - 1; n++) {
			snprintf(key, sizeof(key), "k%u", n);
			span_settle(read_line(all[i], key, n + 1));
		}
		lose_file(all[i]);
		/* Their number is no order. */
		all[i]->idle = 1 + (i + 5) % SOURCES;
	}
	assert_int_equal(aging_look(checkpoint_first(c), 100), AGING_MAX / 20);
	for (uint32_t i = 0; i < SOURCES; i++)
		assert_int_equal(all[i]->expired, all[i]->idle == 1);
	assert_int_equal(aging_look(checkpoint_first(c), 100), 0);
}

/* Change the checkpoint's file, whatever its version. */
static void
change_file(const char *sql)
{
	char *path = xasprintf("%s/checkpoint.db", home);
	struct store *store = store_look(path);
	struct query *version = query_new(store, "PRAGMA user_version");
	assert_int_equal(query_step(version), 1);
	int known = (int)query_integer(version, 0);
	query_free(version);
	store_close(store);
	store = store_open(path, "", known, known);
	assert_non_null(store);
	assert_int_equal(store_run(store, sql), 0);
	store_close(store);
	free(path);
}

TEST(the_clock_goes_on_where_it_was)
{
	struct source *s = add_read_file();
	c->activity = 1000 * NS_PER_SECOND;
	save();
	kill_it();
	open_again("weir");
	assert_in_range(c->activity / NS_PER_SECOND, 1000, 1010);
	/* If it was lost, nothing looks newer than it is. */
	s = checkpoint_first(c);
	s->idle = 5000;
	s->changed = true;
	save();
	close_it();
	change_file("UPDATE idle SET sum = 1 WHERE source = ''");
	open_again("weir");
	assert_in_range(c->activity / NS_PER_SECOND, 5000, 5010);
}

TEST(a_checkpoint_of_before_is_taken_up)
{
	static const char *const before[] = {
		"DROP TABLE head; PRAGMA user_version = 4",
		"DROP TABLE head; DROP TABLE idle; PRAGMA user_version = 3"
	};
	struct source *s = add_read_file();
	char *id = xstrdup(s->id);
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		close_it();
		change_file(before[i]);
		s = reopen("weir");
		assert_string_equal(s->id, id);
		assert_int_equal(s->safe.offset, 10);
		assert_false(checkpoint_was_damaged(c));
	}
	free(id);
}

int
main(void)
{
	const struct CMUnitTest specs[] = {
		IN_ITS_WORLD(
		    where_the_chains_of_a_lost_file_end_is_known_for_days),
		IN_ITS_WORLD(lines_under_way_when_the_file_went_are_waited_for),
		IN_ITS_WORLD(of_a_lost_file_without_a_line_nothing_stays),
		IN_ITS_WORLD(
		    what_may_have_been_sent_of_it_before_a_kill_is_not_unknown),
		IN_ITS_WORLD(what_a_new_id_replaces_is_known_too),
		IN_ITS_WORLD(a_cloned_host_does_not_speak_for_the_first),
		IN_ITS_WORLD(
		    what_was_renamed_away_is_kept_as_long_as_it_is_there),
		IN_ITS_WORLD(a_file_system_that_is_not_mounted_says_nothing),
		IN_ITS_WORLD(who_is_read_again_is_not_idle),
		IN_ITS_WORLD(a_spool_waits_for_its_input),
		IN_ITS_WORLD(of_too_many_the_oldest_go_first),
		IN_ITS_WORLD(the_clock_goes_on_where_it_was),
		IN_ITS_WORLD(a_checkpoint_of_before_is_taken_up),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
