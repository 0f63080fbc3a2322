/*
 * A checkpoint under test: a state directory, a source with lines in it, and
 * an agent that is killed.
 */
#ifndef TESTS_UNIT_CHECKPOINT_WORLD_H
#define TESTS_UNIT_CHECKPOINT_WORLD_H

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "agent/checkpoint.h"
#include "core/xalloc.h"

static char home[64];
static uv_loop_t loop;
static struct checkpoint *c;
static struct input_options inputs[2];
static struct config config;
static const struct identity file = { 1, 2, 3 };

static inline void
on_recorded(void *owner)
{
	assert_ptr_equal(owner, &config);
}

static inline struct checkpoint *
try_to_open(const char *user)
{
	return checkpoint_open(&loop, &config, user, on_recorded, &config);
}

static inline int
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

static inline void
close_it(void)
{
	checkpoint_close(c);
	uv_run(&loop, UV_RUN_DEFAULT);
	c = NULL;
}

static inline int
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

static inline void
wait_recorded(const struct source *s)
{
	while (!s->recorded || s->changed || s->saving)
		uv_run(&loop, UV_RUN_ONCE);
}

static inline struct source *
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
static inline struct span *
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
static inline void
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

static inline struct source *
reopen(const char *user)
{
	c = try_to_open(user);
	assert_non_null(c);
	return checkpoint_find(c, &inputs[0], &file);
}

static inline uint64_t
next_prev(struct source *s, const char *key, uint64_t pos)
{
	uint64_t prev;
	assert_non_null(chains_link(&s->chains, str_from(key), pos, 78, &prev));
	return prev;
}

#define IN_ITS_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
