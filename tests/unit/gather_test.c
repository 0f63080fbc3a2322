/*
 * Under which span messages go out, and how far the source is then safe.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "agent/gather.h"
#include "config/list.h"
#include "core/clock.h"

struct world {
	struct config config;
	struct input_options input;
	struct window *window;
	struct router *router;
	struct source *source;
	struct level level;
	struct gather gather;
	uint64_t at;
};

static void
world_open(struct world *w)
{
	static const struct identity none;
	*w =
	    (struct world){ .config.agent.routing_key = (char *)(uintptr_t) "k",
		    .config.agent.host = (char *)(uintptr_t) "h",
		    .input = { .name = (char *)(uintptr_t) "in",
			.program = (char *)(uintptr_t) "",
			.multiline_lines = 100,
			.multiline_bytes = 10000,
			.multiline_timeout = NS_PER_SECOND } };
	list_parse((struct str)STR("java"), &w->input.multiline);
	w->window = window_new(1 << 20, 1 << 20);
	w->router = router_new(&w->config, &w->input, w->window);
	w->source = source_new("in", &none, "log");
	gather_start(
	    &w->gather, w->router, w->source, &w->source->safe, &w->level);
}

static void
world_close(struct world *w)
{
	gather_clear(&w->gather);
	source_free(w->source);
	router_free(w->router);
	window_free(w->window);
	list_clear(&w->input.multiline);
}

/* One read of these lines; then all that went out is confirmed. */
static void
read_and_confirm(struct world *w, const char *const *lines)
{
	struct position clean = w->gather.clean;
	const struct sealed *line;
	uint64_t last = 0;
	gather_begin(&w->gather, 1);
	for (; *lines != NULL; lines++) {
		struct cut cut = { .text = str_from(*lines) };
		w->at += cut.text.len + 1;
		gather_line(&w->gather, &cut, w->at);
		if (gather_is_clean(&w->gather, w->at))
			clean.offset = w->at;
	}
	gather_mark(&w->gather, &clean);
	gather_end(&w->gather);
	while ((line = window_next(w->window)) != NULL)
		last = line->id;
	window_settle(w->window, 1, last);
}

static uint64_t
end_of_chain(const struct world *w)
{
	struct chain *chain = w->source->chains.table;
	return chain != NULL ? chain->end : 0;
}

TEST(safe_stays_in_front_of_what_is_held)
{
	struct world w;
	world_open(&w);
	read_and_confirm(&w,
	    (const char *[]){
		"plain", "java.lang.Error: x", "\tat T.a()", NULL });
	assert_int_equal(w.source->safe.offset, 6);
	assert_int_equal(end_of_chain(&w), 6);
	read_and_confirm(&w, (const char *[]){ "next", NULL });
	assert_int_equal(w.source->safe.offset, w.at);
	assert_int_equal(end_of_chain(&w), w.at);
	world_close(&w);
}

/* Else a chain would be further than its source, and what is read again at an
 * old position would follow a later one. */
TEST(a_span_under_which_something_went_out_waits_for_a_place_behind_that)
{
	struct world w;
	world_open(&w);
	read_and_confirm(&w,
	    (const char *[]){
		"plain", "java.lang.Error: x", "java.lang.Error: y", NULL });
	assert_true(end_of_chain(&w) <= w.source->safe.offset);
	read_and_confirm(&w, (const char *[]){ "java.lang.Error: z", NULL });
	assert_true(end_of_chain(&w) <= w.source->safe.offset);
	read_and_confirm(&w, (const char *[]){ "2026-11-21 plain", NULL });
	assert_int_equal(w.source->safe.offset, w.at);
	assert_int_equal(end_of_chain(&w), w.at);
	world_close(&w);
}

TESTS(SPEC(safe_stays_in_front_of_what_is_held),
    SPEC(a_span_under_which_something_went_out_waits_for_a_place_behind_that))
