#include "cli/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "broker/bindings.h"
#include "cli/holders.h"
#include "collector/intervals.h"

/* A chain as a stream knows it, found by source and key. */
struct known {
	UT_hash_handle hh;
	struct buffer name;
	bool came; /* lines, from `start` to `end` */
	int64_t start, end;
	struct intervals given_up;
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

static struct known *
find_known(const struct stream *s, const struct json *row)
{
	struct buffer name = { 0 };
	struct known *known;
	name_chain(&name, row);
	HASH_FIND(hh, s->chains, name.data, name.len, known);
	buffer_clear(&name);
	return known;
}

static struct known *
make_known(struct stream *s, const struct json *row)
{
	struct known *known = find_known(s, row);
	if (known != NULL)
		return known;
	known = xcalloc(1, sizeof(*known));
	name_chain(&known->name, row);
	HASH_ADD_KEYPTR(
	    hh, s->chains, known->name.data, known->name.len, known);
	return known;
}

static struct gap *
add(struct gap **items, size_t *count, enum gap_kind kind,
    const struct stream *s, const struct json *row)
{
	*items = xrealloc(*items, (*count + 1) * sizeof(**items));
	struct gap *gap = &(*items)[(*count)++];
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

/* A chain of an agent against the same of a stream. */
struct comparison {
	struct gaps *gaps;
	const struct stream *stream;
	const struct answer *agent;
	const struct json *row; /* the agent's */
	enum gap_kind kind;
};

static void
on_missing(void *owner, struct interval piece)
{
	const struct comparison *c = owner;
	struct gap *gap =
	    add(&c->gaps->items, &c->gaps->count, c->kind, c->stream, c->row);
	gap->agent = c->agent;
	gap->ended = json_get_true(c->row, "ended");
	gap->host = str_from(c->agent->host);
	gap->from = (int64_t)piece.from;
	gap->to = (int64_t)piece.to;
}

static void
add_missing(struct comparison *c, enum gap_kind kind, const struct known *known,
    int64_t from, int64_t to)
{
	static const struct intervals none;
	if (from < 0 || from >= to)
		return;
	c->kind = kind;
	intervals_each_missing(known != NULL ? &known->given_up : &none,
	    (struct interval){ (uint64_t)from, (uint64_t)to }, on_missing, c);
}

/* What an agent has confirmed of a chain, against what the stream has. */
static void
compare(struct comparison *c)
{
	const struct known *known = find_known(c->stream, c->row);
	int64_t end = json_number(c->row, "end");
	bool complete = json_number(c->row, "began") > c->stream->since;
	if (known == NULL || !known->came) {
		if (complete)
			add_missing(c, GAP_ALL, known, 0, end);
		return;
	}
	if (complete)
		add_missing(c, GAP_HEAD, known, 0, known->start);
	add_missing(c, GAP_TAIL, known, known->end, end);
}

/* Has it ended, and another agent can still read it? */
static bool
is_anothers(const struct holder *holders, const struct comparison *c)
{
	const struct holder *holder =
	    holders_find(holders, json_text(c->row, "source"));
	return json_get_true(c->row, "ended") && holder->agent != c->agent;
}

static void
compare_all(struct gaps *gaps, const struct stream *s,
    const struct broker_options *broker, const struct answer *answers,
    const struct holder *holders)
{
	for (const struct answer *a = answers; a != NULL; a = a->next)
		for (size_t p = 0; p < a->count; p++) {
			const struct json *rows =
			    json_get(a->pages[p], "chains");
			size_t count = strcmp(a->role, "agent") == 0
			    ? json_count(rows)
			    : 0;
			for (size_t i = 0; i < count; i++) {
				struct comparison c = { gaps, s, a,
					json_at(rows, i), GAP_ALL };
				if (!is_anothers(holders, &c) &&
				    bindings_match(broker, &s->bind,
					json_text(c.row, "key")))
					compare(&c);
			}
		}
}

static bool
is_of(const struct stream *s, const struct json *row)
{
	return str_equal(json_text(row, "stream"), s->name);
}

/* A range as the stream says it. */
static const struct gap *
take_range(
    struct gap *gap, const struct json *row, const struct holder *holders)
{
	const struct holder *holder = holders_find(holders, gap->source);
	gap->from = json_number(row, "from");
	gap->to = json_number(row, "to");
	if (holder == NULL)
		return gap;
	gap->agent = holder->agent;
	if (gap->host.len == 0) /* no line of the source ever came */
		gap->host = str_from(holder->agent->host);
	if (gap->path.len == 0)
		gap->path = holder->path;
	return gap;
}

static void
take_given_up(struct stream *s, const struct json *row, const struct gap *gap)
{
	if (gap->from < 0 || gap->from >= gap->to)
		return;
	struct interval range = { (uint64_t)gap->from, (uint64_t)gap->to };
	intervals_add(&make_known(s, row)->given_up, range, 0, NULL, NULL);
}

static void
take_chain(struct stream *s, const struct json *row)
{
	struct known *known = make_known(s, row);
	known->came = true;
	known->start = json_number(row, "start");
	known->end = json_number(row, "end");
}

static void
take_page(struct gaps *gaps, struct stream *s, const struct json *page,
    const struct holder *holders)
{
	const struct json *holes = json_get(page, "holes");
	const struct json *given_up = json_get(page, "given_up");
	const struct json *chains = json_get(page, "chains");
	for (size_t i = 0; i < json_count(holes); i++) {
		const struct json *row = json_at(holes, i);
		if (is_of(s, row))
			take_range(
			    add(&gaps->items, &gaps->count, GAP_HOLE, s, row),
			    row, holders);
	}
	for (size_t i = 0; i < json_count(given_up); i++) {
		const struct json *row = json_at(given_up, i);
		if (is_of(s, row))
			take_given_up(s, row,
			    take_range(
				add(&gaps->given_up, &gaps->given_up_count,
				    GAP_GIVEN_UP, s, row),
				row, holders));
	}
	for (size_t i = 0; i < json_count(chains); i++)
		if (is_of(s, json_at(chains, i)))
			take_chain(s, json_at(chains, i));
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
		intervals_clear(&known->given_up);
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
	struct holder *holders = holders_of(answers);
	*gaps = (struct gaps){ 0 };
	for (const struct answer *c = collectors; c != NULL; c = c->next) {
		const struct json *streams =
		    c->count > 0 ? json_get(c->pages[0], "streams") : NULL;
		for (size_t i = 0; i < json_count(streams); i++) {
			open_stream(&s, c, json_at(streams, i));
			for (size_t p = 0; p < c->count; p++)
				take_page(gaps, &s, c->pages[p], holders);
			compare_all(gaps, &s, broker, answers, holders);
			close_stream(&s);
		}
	}
	holders_free(holders);
}

void
gaps_clear(struct gaps *gaps)
{
	free(gaps->items);
	free(gaps->given_up);
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
		[GAP_GIVEN_UP] = "gone",
	};
	return words[kind];
}
