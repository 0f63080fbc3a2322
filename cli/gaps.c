#include "cli/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "broker/bindings.h"
#include "core/hash.h"

/* A chain as a stream knows it, found by source and key. */
struct known {
	UT_hash_handle hh;
	struct buffer name;
	int64_t start, end;
};

/* Who has a source; it has a chain of it to show. */
struct holder {
	UT_hash_handle hh;
	struct str source;
	const struct answer *agent;
};

/* One stream of one collector. */
struct stream {
	const struct answer *collector;
	struct str name, queue;
	struct string_list bind;
	int64_t since;
	struct known *chains;
};

static void
name_chain(struct buffer *name, const struct json *row)
{
	name->len = 0;
	buffer_append_str(name, json_text(row, "source"));
	buffer_append_byte(name, ' ');
	buffer_append_str(name, json_text(row, "key"));
}

static struct gap *
add(struct gaps *gaps, enum gap_kind kind, const struct stream *s,
    const struct json *row)
{
	gaps->items =
	    xrealloc(gaps->items, (gaps->count + 1) * sizeof(*gaps->items));
	struct gap *gap = &gaps->items[gaps->count++];
	*gap = (struct gap){ .kind = kind,
		.collector = s->collector,
		.stream = s->name,
		.queue = s->queue,
		.source = json_text(row, "source"),
		.key = json_text(row, "key"),
		.host = json_text(row, "host"),
		.path = json_text(row, "path") };
	return gap;
}

static void
add_missing(struct gaps *gaps, enum gap_kind kind, const struct stream *s,
    const struct answer *agent, const struct json *row, int64_t from,
    int64_t to)
{
	struct gap *gap = add(gaps, kind, s, row);
	gap->agent = agent;
	gap->host = str_from(agent->host);
	gap->from = from;
	gap->to = to;
}

/* What an agent has confirmed of a chain, against what the stream has. */
static void
compare(struct gaps *gaps, const struct stream *s, const struct answer *agent,
    const struct json *row, struct buffer *name)
{
	struct known *known;
	int64_t end = json_number(row, "end");
	bool complete = json_number(row, "began") > s->since;
	name_chain(name, row);
	HASH_FIND(hh, s->chains, name->data, name->len, known);
	if (known == NULL) {
		if (complete)
			add_missing(gaps, GAP_ALL, s, agent, row, 0, end);
		return;
	}
	if (known->start > 0 && complete)
		add_missing(gaps, GAP_HEAD, s, agent, row, 0, known->start);
	if (known->end < end)
		add_missing(gaps, GAP_TAIL, s, agent, row, known->end, end);
}

static void
compare_all(struct gaps *gaps, const struct stream *s,
    const struct broker_options *broker, const struct answer *answers)
{
	struct buffer name = { 0 };
	for (const struct answer *a = answers; a != NULL; a = a->next)
		for (size_t p = 0; p < a->count; p++) {
			const struct json *rows =
			    json_get(a->pages[p], "chains");
			size_t count = strcmp(a->role, "agent") == 0
			    ? json_count(rows)
			    : 0;
			for (size_t i = 0; i < count; i++) {
				const struct json *row = json_at(rows, i);
				if (bindings_match(broker, &s->bind,
					json_text(row, "key")))
					compare(gaps, s, a, row, &name);
			}
		}
	buffer_clear(&name);
}

static bool
is_of(const struct stream *s, const struct json *row)
{
	return str_equal(json_text(row, "stream"), s->name);
}

static const struct answer *
find_agent(const struct holder *holders, struct str source)
{
	const struct holder *found;
	HASH_FIND(hh, holders, source.data, source.len, found);
	return found != NULL ? found->agent : NULL;
}

static void
add_holders(struct holder **holders, const struct answer *agent)
{
	for (size_t p = 0; p < agent->count; p++) {
		const struct json *rows = json_get(agent->pages[p], "chains");
		for (size_t i = 0; i < json_count(rows); i++) {
			struct str source =
			    json_text(json_at(rows, i), "source");
			if (find_agent(*holders, source) != NULL)
				continue;
			struct holder *h = xcalloc(1, sizeof(*h));
			h->source = source;
			h->agent = agent;
			HASH_ADD_KEYPTR(
			    hh, *holders, source.data, source.len, h);
		}
	}
}

static void
free_holders(struct holder *holders)
{
	struct holder *h, *next;
	HASH_ITER(hh, holders, h, next) {
		HASH_DEL(holders, h);
		free(h);
	}
}

static void
take_page(struct gaps *gaps, struct stream *s, const struct json *page,
    const struct holder *holders)
{
	const struct json *holes = json_get(page, "holes");
	const struct json *chains = json_get(page, "chains");
	for (size_t i = 0; i < json_count(holes); i++) {
		const struct json *row = json_at(holes, i);
		if (!is_of(s, row))
			continue;
		struct gap *gap = add(gaps, GAP_HOLE, s, row);
		gap->agent = find_agent(holders, gap->source);
		gap->from = json_number(row, "from");
		gap->to = json_number(row, "to");
	}
	for (size_t i = 0; i < json_count(chains); i++) {
		const struct json *row = json_at(chains, i);
		if (!is_of(s, row))
			continue;
		struct known *known = xcalloc(1, sizeof(*known));
		known->start = json_number(row, "start");
		known->end = json_number(row, "end");
		name_chain(&known->name, row);
		HASH_ADD_KEYPTR(
		    hh, s->chains, known->name.data, known->name.len, known);
	}
}

static void
open_stream(
    struct stream *s, const struct answer *collector, const struct json *row)
{
	const struct json *bind = json_get(row, "bind");
	*s = (struct stream){ .collector = collector,
		.name = json_text(row, "stream"),
		.queue = json_text(row, "queue"),
		.since = INT64_MAX };
	json_get_integer(row, "complete_since", &s->since);
	s->bind.items = xcalloc(json_count(bind) + 1, sizeof(*s->bind.items));
	for (size_t i = 0; i < json_count(bind); i++)
		s->bind.items[s->bind.count++] =
		    str_copy(json_text_at(bind, i));
}

static void
close_stream(struct stream *s)
{
	struct known *known, *next;
	HASH_ITER(hh, s->chains, known, next) {
		HASH_DEL(s->chains, known);
		buffer_clear(&known->name);
		free(known);
	}
	for (size_t i = 0; i < s->bind.count; i++)
		free(s->bind.items[i]);
	free(s->bind.items);
}

void
gaps_find(struct gaps *gaps, const struct broker_options *broker,
    const struct answer *answers, const struct answer *collectors)
{
	struct stream s;
	struct holder *holders = NULL;
	*gaps = (struct gaps){ 0 };
	for (const struct answer *a = answers; a != NULL; a = a->next)
		if (strcmp(a->role, "agent") == 0)
			add_holders(&holders, a);
	for (const struct answer *c = collectors; c != NULL; c = c->next) {
		const struct json *streams =
		    c->count > 0 ? json_get(c->pages[0], "streams") : NULL;
		for (size_t i = 0; i < json_count(streams); i++) {
			open_stream(&s, c, json_at(streams, i));
			for (size_t p = 0; p < c->count; p++)
				take_page(gaps, &s, c->pages[p], holders);
			compare_all(gaps, &s, broker, answers);
			close_stream(&s);
		}
	}
	free_holders(holders);
}

void
gaps_clear(struct gaps *gaps)
{
	free(gaps->items);
	*gaps = (struct gaps){ 0 };
}

const char *
gap_word(enum gap_kind kind)
{
	static const char *const words[] = {
		[GAP_HOLE] = "hole",
		[GAP_HEAD] = "beginning",
		[GAP_TAIL] = "end",
		[GAP_ALL] = "all",
	};
	return words[kind];
}
