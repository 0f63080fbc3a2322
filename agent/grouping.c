#include "agent/grouping.h"

#include <stdlib.h>

#include "agent/multiline.h"
#include "agent/pieces.h"
#include "core/xalloc.h"
#include "record/record.h"

/* When no place was clean for so many times multiline_bytes, one is made. */
#define UNCLEAN_MAX 4

struct grouping_rules {
	struct multiline_rules multiline;
	bool several; /* `multiline` may make one message of several lines */
	enum input_format format;
	int64_t timeout;
};

struct grouping {
	const struct grouping_rules *rules;
	grouping_emit *emit;
	void *owner;
	struct pieces pieces;
	enum container_stream present; /* whose messages come out now */
	struct buffer origin; /* of the message that goes out */
	struct arrival arrival; /* of the last line */
	uint64_t last; /* position that was given out last */
	uint64_t clean; /* where it was clean last */
	int count;
	struct multiline streams[]; /* a file of plain lines is one */
};

int
grouping_rules_new(
    const struct input_options *input, struct grouping_rules **out)
{
	struct grouping_rules *rules = xcalloc(1, sizeof(*rules));
	*out = NULL;
	rules->format = (enum input_format)input->format;
	rules->timeout = input->multiline_timeout;
	int status = multiline_rules_init(&rules->multiline, input);
	rules->several = multiline_rules_are_any(&rules->multiline);
	if (status == 0 && (rules->several || rules->format != INPUT_LINE)) {
		*out = rules;
		return 1;
	}
	grouping_rules_free(rules);
	return status;
}

bool
grouping_rules_interleave(const struct grouping_rules *rules)
{
	return rules != NULL && rules->format != INPUT_LINE;
}

void
grouping_rules_free(struct grouping_rules *rules)
{
	if (rules == NULL)
		return;
	multiline_rules_clear(&rules->multiline);
	free(rules);
}

struct grouping *
grouping_new(
    const struct grouping_rules *rules, grouping_emit *emit, void *owner)
{
	int count = rules->format == INPUT_LINE ? 1 : CONTAINER_STREAMS;
	struct grouping *g =
	    xcalloc(1, sizeof(*g) + (size_t)count * sizeof(*g->streams));
	g->count = count;
	g->rules = rules;
	g->emit = emit;
	g->owner = owner;
	g->pieces.format = rules->format;
	g->pieces.max_bytes = rules->multiline.max_bytes;
	return g;
}

/* Where its last line ends, unless a place behind that is given away. */
static uint64_t
place(struct grouping *g, uint64_t pos)
{
	g->last = pos > g->last ? pos : g->last + 1;
	return g->last;
}

static void
put_out(void *owner, const struct message *m)
{
	struct grouping *g = owner;
	struct cut cut = { .text = m->text, .flags = m->flags };
	if (m->flags & RECORD_MORE)
		cut.part = 1;
	bool plain = g->rules->format == INPUT_LINE;
	g->origin.len = 0;
	if (!plain && !(m->flags & RECORD_MALFORMED))
		container_describe(g->present, m->time, &g->origin);
	cut.origin = buffer_str(&g->origin);
	g->emit(g->owner, &cut, place(g, m->pos),
	    plain ? m->time : g->arrival.received);
}

static void
flush_streams(struct grouping *g)
{
	for (int i = 0; i < g->count; i++) {
		g->present = (enum container_stream)i;
		multiline_flush(
		    &g->streams[i], &g->rules->multiline, put_out, g);
	}
}

/* A whole line of a stream: by itself, or one of several. */
static void
take(void *owner, enum container_stream stream, const struct message *m)
{
	struct grouping *g = owner;
	if (m->flags & RECORD_MALFORMED)
		flush_streams(g);
	g->present = stream;
	if (!g->rules->several || (m->flags & RECORD_MALFORMED))
		put_out(g, m);
	else
		multiline_put(&g->streams[stream], &g->rules->multiline, m,
		    g->arrival.now, put_out, g);
}

/* What is no line of the file's own ends all that is in progress: parts of
 * one that is too long, and what a stranger sent. */
static void
put_apart(struct grouping *g, const struct cut *part, uint64_t pos)
{
	struct cut cut = *part;
	if (g->rules->format != INPUT_LINE)
		cut.flags |= RECORD_MALFORMED;
	grouping_flush(g);
	g->emit(g->owner, &cut, place(g, pos), g->arrival.received);
}

void
grouping_put(struct grouping *g, const struct cut *line, uint64_t pos,
    const struct arrival *arrival)
{
	const struct message m = { line->text, pos, arrival->received,
		line->flags };
	uint64_t unclean =
	    UNCLEAN_MAX * (uint64_t)g->rules->multiline.max_bytes;
	g->arrival = *arrival;
	if (line->part > 0 || line->origin.len > 0)
		put_apart(g, line, pos);
	else if (g->rules->format == INPUT_LINE)
		take(g, CONTAINER_STDOUT, &m);
	else
		pieces_put(&g->pieces, line, pos, arrival->now, take, g);
	/* What is held of plain lines begins where the last message ended. */
	if (g->rules->format == INPUT_LINE)
		g->clean = g->last;
	if (!grouping_is_clean(g, pos) && pos - g->clean > unclean)
		grouping_flush(g);
	if (grouping_is_clean(g, pos))
		g->clean = pos;
}

void
grouping_flush(struct grouping *g)
{
	pieces_flush(&g->pieces, take, g);
	flush_streams(g);
}

void
grouping_start(struct grouping *g, uint64_t pos)
{
	pieces_forget(&g->pieces);
	for (int i = 0; i < g->count; i++)
		multiline_clear(&g->streams[i]);
	g->last = g->clean = pos;
}

bool
grouping_is_pending(const struct grouping *g)
{
	for (int i = 0; i < g->count; i++)
		if (!multiline_is_empty(&g->streams[i]))
			return true;
	return !pieces_are_none(&g->pieces);
}

bool
grouping_is_clean(const struct grouping *g, uint64_t pos)
{
	return g->last <= pos && !grouping_is_pending(g);
}

bool
grouping_is_overdue(const struct grouping *g, int64_t now)
{
	int64_t then = now - g->rules->timeout;
	for (int i = 0; i < g->count; i++)
		if (!multiline_is_empty(&g->streams[i]) &&
		    g->streams[i].touched < then)
			return true;
	return pieces_wait_since(&g->pieces, then);
}

void
grouping_free(struct grouping *g)
{
	if (g == NULL)
		return;
	for (int i = 0; i < g->count; i++)
		multiline_clear(&g->streams[i]);
	pieces_clear(&g->pieces);
	buffer_clear(&g->origin);
	free(g);
}
