/*
 * What an input over a spool is given: a real spool and checkpoint in a fresh
 * directory, and a window in place of the broker.
 */
#ifndef TESTS_UNIT_SPOOLED_WORLD_H
#define TESTS_UNIT_SPOOLED_WORLD_H

#include "tests/unit/unit.h"

#include <string.h>

#include "agent/input.h"
#include "core/xalloc.h"
#include "record/encode.h"

struct world {
	char home[64];
	uv_loop_t loop;
	struct config config;
	struct input_options input;
	struct listen_counts counts;
	struct window *window;
	struct input_context context;
	struct buffer lines; /* what was routed: "text|" each */
	int failures; /* that were reported */
};

static inline void
on_recorded(void *owner)
{
	(void)owner;
}

static inline void
on_wake(void *owner)
{
	(void)owner;
}

static inline void
on_failed(void *owner)
{
	struct world *w = owner;
	w->failures++;
}

/* A process begins: what it finds is what the one before left. */
static inline void
world_start(struct world *w)
{
	uv_loop_init(&w->loop);
	w->window = window_new(1 << 20, 1 << 20);
	w->context = (struct input_context){ .loop = &w->loop,
		.config = &w->config,
		.options = &w->input,
		.counts = &w->counts,
		.wake = on_wake,
		.failed = on_failed,
		.owner = w };
	w->context.checkpoint =
	    checkpoint_open(&w->loop, &w->config, "", on_recorded, w);
	w->context.router = router_new(&w->config, &w->input, w->window);
	assert_non_null(w->context.checkpoint);
	assert_non_null(w->context.router);
}

/* It ends, in good order. */
static inline void
world_stop(struct world *w)
{
	checkpoint_close(w->context.checkpoint);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	router_free(w->context.router);
	window_free(w->window);
}

static inline void
world_open(struct world *w, enum input_type type)
{
	memset(w, 0, sizeof(*w));
	assert_int_equal(fresh_directory(w->home), 0);
	w->config.weir.state = w->home;
	w->config.agent.routing_key = (char *)(uintptr_t) "k";
	w->config.agent.host = (char *)(uintptr_t) "h";
	w->input.name = w->input.program = (char *)(uintptr_t) "x";
	w->input.type = type;
	w->input.max_line = 1000;
	w->input.spool_max = 1 << 20;
	world_start(w);
}

static inline void
world_close(struct world *w)
{
	char *command = xasprintf("rm -rf %s", w->home);
	world_stop(w);
	buffer_clear(&w->lines);
	assert_int_equal(system(command), 0);
	free(command);
}

/* The carrier confirms everything at once. */
static inline void
world_confirm(struct world *w)
{
	const struct sealed *line;
	uint64_t sent = 0;
	while ((line = window_next(w->window)) != NULL) {
		struct record r;
		struct str bytes = { line->bytes, line->len };
		assert_int_equal(record_decode(bytes, &r), 0);
		buffer_append_str(&w->lines, r.body);
		buffer_append_byte(&w->lines, '|');
		sent = line->id;
	}
	window_settle(w->window, 1, sent);
}

static inline void
world_expect(struct world *w, const char *lines)
{
	struct str got = buffer_str(&w->lines);
	if (!str_equal(got, str_from(lines)))
		fail_msg("got " STR_FMT ", not %s", STR_ARG(got), lines);
	w->lines.len = 0;
}

#endif
