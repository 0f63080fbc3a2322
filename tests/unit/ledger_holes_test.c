#include "tests/unit/ledger_world.h"

#include <stdio.h>

#include "collector/holes.h"
#include "core/clock.h"

static struct known known;
static struct holes holes;
static FILE *said;
static int saved;

/* What is logged, in a file. */
static int
holes_set_up(void **state)
{
	(void)state;
	line = (struct record){ .host = STR("web1"),
		.path = STR("/var/log/\x1b[2Jx.log"),
		.key = STR("err.daemon") };
	known_init(&known, "t");
	holes = (struct holes){ 0 };
	said = tmpfile();
	saved = dup(STDERR_FILENO);
	dup2(fileno(said), STDERR_FILENO);
	return said != NULL ? 0 : -1;
}

static int
holes_tear_down(void **state)
{
	(void)state;
	dup2(saved, STDERR_FILENO);
	close(saved);
	fclose(said);
	known_clear(&known);
	return 0;
}

static void
note(unsigned source, uint64_t prev, uint64_t pos)
{
	char hex[33];
	snprintf(hex, sizeof(hex), "%032x", source);
	line.source = str_from(hex);
	line.prev = prev;
	line.pos = pos;
	assert_int_equal(known_note(&known, &line), LINE_NEW);
}

/* How often was that said so far? */
static unsigned
count_said(const char *what)
{
	char text[1024];
	unsigned count = 0;
	rewind(said);
	while (fgets(text, sizeof(text), said) != NULL)
		count += strstr(text, what) != NULL;
	fseek(said, 0, SEEK_END);
	return count;
}

TEST(a_hole_is_said_once_when_it_has_been_open_for_long)
{
	note(0, 0, 10);
	note(0, 20, 30);
	holes_look(&holes, &known, HOLE_PATIENCE - 1);
	assert_int_equal(count_said("missing"), 0);
	holes_look(&holes, &known, HOLE_PATIENCE);
	holes_look(&holes, &known, 2 * HOLE_PATIENCE);
	assert_int_equal(count_said("missing"), 1);
	assert_int_equal(count_said("stream t: /var/log/?[2Jx.log (web1), key "
				    "err.daemon: bytes 10 to 20 are missing"),
	    1);
	note(0, 10, 20);
	assert_int_equal(count_said("bytes 10 to 20 are no longer missing"), 1);
}

TEST(a_hole_that_closes_soon_is_not_said)
{
	note(0, 0, 10);
	note(0, 20, 30);
	note(0, 10, 20);
	holes_look(&holes, &known, 2 * HOLE_PATIENCE);
	assert_int_equal(count_said("missing"), 0);
}

TEST(many_holes_are_a_few_lines_and_a_count)
{
	for (unsigned i = 0; i < 1000; i++) {
		note(i, 0, 10);
		note(i, 20, 30);
	}
	holes_look(&holes, &known, HOLE_PATIENCE);
	assert_int_equal(count_said("are missing"), HOLES_SAID_MAX);
	holes_look(&holes, &known, HOLE_PATIENCE + 60 * NS_PER_SECOND);
	assert_int_equal(count_said("are missing"), HOLES_SAID_MAX);
	assert_int_equal(count_said("995 more holes; 1000 are open"), 1);
	/* Those that were not said are not said to be closed. */
	for (unsigned i = 0; i < 1000; i++)
		note(i, 10, 20);
	assert_int_equal(count_said("no longer"), HOLES_SAID_MAX);
}

#define HOLES(name) \
	cmocka_unit_test_setup_teardown(name, holes_set_up, holes_tear_down)

int
main(void)
{
	const struct CMUnitTest specs[] = {
		HOLES(a_hole_is_said_once_when_it_has_been_open_for_long),
		HOLES(a_hole_that_closes_soon_is_not_said),
		HOLES(many_holes_are_a_few_lines_and_a_count),
	};
	return cmocka_run_group_tests(specs, NULL, NULL);
}
