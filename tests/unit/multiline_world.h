/*
 * Lines given to a grouping, and the messages that come out of it.
 */
#ifndef TESTS_UNIT_MULTILINE_WORLD_H
#define TESTS_UNIT_MULTILINE_WORLD_H

#include "tests/unit/unit.h"

#include <string.h>

#include "agent/grouping.h"
#include "config/list.h"
#include "core/clock.h"
#include "core/xalloc.h"
#include "record/attributes.h"
#include "record/record.h"
#include "record/trace.h"

#define MESSAGES_MAX 200

struct given {
	char *text;
	uint64_t pos;
	uint32_t flags;
	int64_t time;
	char stream[32];
};

struct world {
	struct input_options input;
	struct grouping_rules *rules;
	struct grouping *grouping;
	struct given out[MESSAGES_MAX];
	size_t count;
	uint64_t at; /* in the file: the end of the last line */
	struct arrival now; /* a line each ns */
};

static inline void
on_message(void *owner, const struct cut *cut, uint64_t pos, int64_t received)
{
	struct world *w = owner;
	struct record r = { .time = received };
	assert_true(w->count < MESSAGES_MAX);
	struct given *g = &w->out[w->count++];
	assert_int_equal(attributes_read(cut->origin, &r), 0);
	*g = (struct given){ str_copy(cut->text), pos, cut->flags, r.time, "" };
	assert_true(r.data.len < sizeof(g->stream));
	if (r.data.len > 0)
		memcpy(g->stream, r.data.data, r.data.len);
	if (w->count > 1)
		assert_true(pos > w->out[w->count - 2].pos);
}

/* `languages` as a user writes them; what else is set may be set before. */
static inline void
world_open(struct world *w, const char *languages)
{
	struct input_options *input = &w->input;
	input->name = (char *)(uintptr_t) "in";
	if (input->multiline_lines == 0)
		input->multiline_lines = 10000;
	if (input->multiline_bytes == 0)
		input->multiline_bytes = 1 << 20;
	input->multiline_timeout = NS_PER_SECOND;
	list_parse(str_from(languages), &input->multiline);
	assert_int_equal(grouping_rules_new(input, &w->rules), 1);
	w->grouping = grouping_new(w->rules, on_message, w);
	grouping_start(w->grouping, 0);
}

static inline void
world_forget(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->out[i].text);
	w->count = 0;
}

static inline void
world_close(struct world *w)
{
	world_forget(w);
	grouping_free(w->grouping);
	grouping_rules_free(w->rules);
	list_clear(&w->input.multiline);
}

static inline void
world_put(struct world *w, const char *line)
{
	struct cut cut = { .text = str_from(line) };
	w->at += cut.text.len + 1;
	w->now.received++;
	grouping_put(w->grouping, &cut, w->at, &w->now);
}

#endif
