#include "tests/unit/ledger_world.h"

#include "collector/known.h"
#include "core/log.h"

/* What was freed is not to count as used. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "quarantine_size_mb=1";
}

static struct known c;

static int
chains_set_up(void **state)
{
	(void)state;
	line = (struct record){ .host = STR("h"), .path = STR("/p") };
	known_init(&c, "t");
	return 0;
}

static int
chains_tear_down(void **state)
{
	(void)state;
	known_clear(&c);
	return 0;
}

static enum line_kind
note(unsigned source, const char *key, uint64_t prev, uint64_t pos)
{
	char hex[33];
	snprintf(hex, sizeof(hex), "%032x", source);
	line.source = str_from(hex);
	line.key = str_from(key);
	line.prev = prev;
	line.pos = pos;
	return known_note(&c, &line);
}

static size_t
resident(void)
{
	size_t total, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(f, "%zu %zu", &total, &pages), 2);
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* As a commit does: changes must not pile up. */
static void
hand_out(void)
{
	for (uint32_t i = 0; i < c.changed_count; i++)
		if (c.changed[i] != NULL)
			c.changed[i]->is_stored =
			    c.changed[i]->origin->is_stored = true;
	for (size_t i = 0; i < c.forgotten_count; i++)
		free((char *)(uintptr_t)c.forgotten[i].key.data);
	known_changes_taken(&c);
}

TEST(a_million_forged_sources_take_bounded_memory)
{
	size_t before = resident(), most = 0;
	char path[1025] = "", key[256] = "";
	memset(path, 'p', 1024);
	memset(key, 'k', 255);
	for (unsigned i = 0; i < 1000000; i++) {
		/* The first half ordinary, then as large as can be. */
		line.path = i < 500000 ? (struct str)STR("/var/log/x.log")
				       : str_from(path);
		assert_int_equal(
		    note(i, i < 500000 ? "info.user" : key, 0, 10), LINE_NEW);
		assert_true(HASH_COUNT(c.table) <= CHAINS_MAX);
		if (i % 1000 == 0)
			hand_out();
		if (i % 50000 == 0 && resident() > most)
			most = resident();
	}
	hand_out();
	printf("%zu MiB resident at most for %zu chains, counted as %zu MiB\n",
	    (most - before) >> 20, CHAINS_MAX,
	    (c.bytes + c.origins.bytes) >> 20);
	assert_true(c.bytes + c.origins.bytes <= CHAINS_BYTES_MAX + 4096);
	/* AddressSanitizer doubles it. */
	assert_true(most - before < 3 * CHAINS_BYTES_MAX);
}

TEST(the_least_recently_used_chain_makes_room)
{
	for (unsigned i = 0; i < CHAINS_MAX; i++)
		note(i, "k", 0, 10);
	assert_int_equal(note(0, "k", 0, 10), LINE_REPEAT);
	note(CHAINS_MAX, "k", 0, 10);
	assert_int_equal(note(0, "k", 0, 10), LINE_REPEAT);
	/* Forgotten: its line comes again as a new one. */
	assert_int_equal(note(1, "k", 0, 10), LINE_NEW);
}

TEST(a_chain_with_a_hole_is_not_forgotten)
{
	note(0, "k", 0, 10);
	note(0, "k", 20, 30);
	for (unsigned i = 1; i < CHAINS_MAX + 1000; i++)
		note(i, "k", 0, 10);
	assert_int_equal(c.holes, 1);
	assert_int_equal(note(0, "k", 0, 10), LINE_REPEAT);
	assert_int_equal(note(0, "k", 10, 20), LINE_NEW);
	assert_int_equal(c.holes, 0);
}

TEST(when_all_room_is_taken_by_holes_lines_are_unidentified)
{
	char path[1025] = "", key[256] = "";
	memset(path, 'p', 1024);
	memset(key, 'k', 255);
	line.path = str_from(path);
	line.host = line.user = str_from(key);
	enum line_kind kind = LINE_NEW;
	unsigned i = 0;
	while (kind == LINE_NEW && i < CHAINS_MAX) {
		kind = note(i, key, 0, 10);
		if (kind == LINE_NEW)
			kind = note(i++, key, 20, 30);
	}
	assert_int_equal(kind, LINE_UNIDENTIFIED);
	assert_true(c.holes < CHAINS_HOLES_MAX);
	/* Those that are known stay known. */
	assert_int_equal(note(0, key, 0, 10), LINE_REPEAT);
	assert_int_equal(note(0, key, 10, 20), LINE_NEW);
}

TEST(too_many_holes_in_a_chain_forget_the_lowest)
{
	for (unsigned i = 0; i <= CHAIN_HOLES_MAX + 10; i++)
		note(0, "k", i * 20, i * 20 + 10);
	assert_int_equal(c.holes, CHAIN_HOLES_MAX);
	assert_int_equal(c.forgotten_holes, 10);
	/* What was forgotten could repeat; it is not lost. */
	assert_int_equal(note(0, "k", 0, 10), LINE_NEW);
	assert_int_equal(note(0, "k", 10, 20), LINE_NEW);
}

TEST(too_many_holes_altogether_leave_chains_without)
{
	for (unsigned i = 0; i < CHAINS_HOLES_MAX + 10; i++) {
		note(i, "k", 0, 10);
		note(i, "k", 20, 30);
	}
	assert_int_equal(c.holes, CHAINS_HOLES_MAX);
	assert_int_equal(c.forgotten_holes, 10);
	assert_int_equal(
	    note((unsigned)CHAINS_HOLES_MAX + 5, "k", 10, 20), LINE_NEW);
}

TEST(what_is_not_used_for_long_expires_unless_it_has_a_hole)
{
	note(0, "k", 0, 10);
	note(1, "k", 0, 10);
	note(1, "k", 20, 30);
	c.activity = 100;
	note(2, "k", 0, 10);
	hand_out();
	known_expire(&c, 100, 10);
	assert_int_equal(HASH_COUNT(c.table), 2);
	/* Its row and its source's go from the disk. */
	assert_int_equal(c.forgotten_count, 2);
	assert_false(known_are_unchanged(&c));
	assert_int_equal(note(0, "k", 0, 10), LINE_NEW);
	assert_int_equal(note(1, "k", 0, 10), LINE_REPEAT);
	assert_int_equal(note(2, "k", 0, 10), LINE_REPEAT);
}

#define CHAINS(name) \
	cmocka_unit_test_setup_teardown(name, chains_set_up, chains_tear_down)

int
main(void)
{
	const struct CMUnitTest specs[] = {
		CHAINS(a_million_forged_sources_take_bounded_memory),
		CHAINS(the_least_recently_used_chain_makes_room),
		CHAINS(a_chain_with_a_hole_is_not_forgotten),
		CHAINS(when_all_room_is_taken_by_holes_lines_are_unidentified),
		CHAINS(too_many_holes_in_a_chain_forget_the_lowest),
		CHAINS(too_many_holes_altogether_leave_chains_without),
		CHAINS(what_is_not_used_for_long_expires_unless_it_has_a_hole),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
