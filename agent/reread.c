#include "agent/reread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/grouping.h"
#include "agent/whereabouts.h"
#include "core/clock.h"
#include "core/xalloc.h"

#define CHUNK ((size_t)64 << 10)

struct reread {
	struct router *router; /* of its own: it counts for nobody */
	const struct input_options *input;
	struct source *source; /* a copy, of what makes records */
	struct whereabouts file;
	bool checked; /* it has the bytes that were read before `safe` */
	char *key;
	size_t key_len;
	uint64_t from, to;
	uint64_t begin; /* where the line begins that `from` stands in */
	bool found; /* `begin` is known */
	struct cutter cutter;
	struct grouping *grouping; /* NULL: each line is a message */
	bool interleaved; /* of several streams, which wait for each other */
	uint64_t passed; /* pos of the last message, of any chain */
	struct level level;
	uint64_t at; /* of what is in `bytes` */
	struct buffer bytes; /* read and not cut */
	uint64_t last; /* pos of the line of the chain found last */
	reread_line *line; /* who is given what is found, */
	void *owner; /* during a turn */
};

static const struct input_options *
find_input(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->input_count; i++)
		if (strcmp(config->inputs[i].name, name) == 0)
			return &config->inputs[i];
	return NULL;
}

static struct source *
copy_of(const struct source *s)
{
	struct source *copy = source_new(s->input, &s->identity, s->path);
	memcpy(copy->id, s->id, sizeof(copy->id));
	copy->start = s->start;
	copy->cut = s->cut;
	copy->safe = copy->reached = s->safe;
	copy->fd = s->fd;
	return copy;
}

/* A record of the range and of the chain has its place there. */
static void
offer(void *owner, const struct cut *cut, uint64_t pos, int64_t received)
{
	struct reread *r = owner;
	struct origin origin = {
		.source = r->source, .received = received, .level = &r->level
	};
	struct str key = { r->key, r->key_len };
	struct record record;
	r->passed = pos;
	if (!router_make(r->router, &origin, cut, pos, &record) ||
	    pos <= r->from || pos > r->to || !str_equal(record.key, key))
		return;
	record.prev = r->last;
	r->last = pos;
	r->line(r->owner, &record);
}

/*
 * Messages of several lines begin anew where one ended, and that was at
 * `from`.  Those of several streams lie across each other: only where none was
 * held is known what is.  Such places are known as long as the agent runs;
 * behind a restart of it all of the source is read.
 */
static void
find_messages(struct reread *r, const struct source *source)
{
	const struct grouping_rules *rules = router_grouping(r->router);
	if (rules != NULL)
		r->grouping = grouping_new(rules, offer, r);
	r->interleaved = grouping_rules_interleave(rules);
	if (!r->interleaved)
		return;
	const struct position *clean = marks_before(&source->marks, r->from);
	r->begin = source->start;
	if (clean != NULL && clean->part == 0 &&
	    clean->offset >= source->since && clean->offset > r->begin)
		r->begin = clean->offset;
	r->found = true;
	reread_rewind(r);
}

struct reread *
reread_open(const struct config *config, const struct source *source,
    const struct reread_range *range, const char **why, bool *for_now)
{
	static const struct identity none;
	const struct input_options *input = find_input(config, source->input);
	*for_now = false;
	*why = input == NULL ? "its input is no longer configured"
			     : "its file is not there any more";
	if (input == NULL || identity_is_same(&source->identity, &none))
		return NULL;
	struct reread *r = xcalloc(1, sizeof(*r));
	*r = (struct reread){ .file = { .fd = -1 },
		.source = copy_of(source),
		.input = input,
		.key = str_copy(range->key),
		.key_len = range->key.len,
		.from = range->from,
		.to = range->to,
		.begin =
		    range->from > source->start ? range->from : source->start,
		.router = router_new(config, input, NULL) };
	if (r->router == NULL)
		goto close;
	if (whereabouts_open(&r->file, r->source) == -1) {
		*for_now = true;
		*why = "its file cannot be looked for or opened";
		goto close;
	}
	find_messages(r, source);
	return r;

close:
	reread_close(r);
	return NULL;
}

void
reread_rewind(struct reread *r)
{
	r->at = r->begin;
	r->bytes.len = 0;
	r->cutter = (struct cutter){ .max_line = (size_t)r->input->max_line,
		.encoding = (enum encoding)r->input->encoding };
	r->level.known = false;
	r->last = r->from;
	r->passed = 0;
	if (r->grouping != NULL)
		grouping_start(r->grouping, r->begin);
}

/*
 * Look for the line feed in front of `begin`, one piece further back: parts
 * of a long line are counted, and have their level, from its head on.
 */
static int
seek(struct reread *r, const char **why)
{
	char bytes[CHUNK];
	uint64_t start = r->source->start;
	uint64_t left = r->begin - start;
	size_t len = left < CHUNK ? (size_t)left : CHUNK;
	ssize_t n = content_read(&r->file.content, bytes, len, r->begin - len);
	if (n == -1 && errno == EAGAIN)
		return 1;
	if (n != (ssize_t)len) {
		*why = "its file cannot be read";
		return -1;
	}
	reread_rewind(r); /* the cutter knows the encoding */
	size_t line = cutter_last_start(&r->cutter, (struct str){ bytes, len });
	r->begin -= len - line;
	/* A cut made by time ended a line without a line feed. */
	if (r->source->cut <= r->from && r->source->cut > r->begin)
		r->begin = r->source->cut;
	r->found = line > 0 || r->begin == start || r->begin == r->source->cut;
	if (r->found)
		reread_rewind(r);
	return 1;
}

/*
 * More than is there already, so that long lines are looked through a few
 * times only; and a byte past the range, by which a line that is cut there
 * is known to go on.  What ended at `to` may have gone out later, if another
 * stream's lines lie behind it.  0: there is no more to read; -1: not inflated
 * yet.
 */
static int
read_more(struct reread *r)
{
	size_t want = r->bytes.len > CHUNK ? r->bytes.len : CHUNK;
	uint64_t from = r->at + r->bytes.len;
	if (r->interleaved ? r->passed >= r->to : from > r->to)
		return 0;
	if (!r->interleaved && from + want > r->to + 1)
		want = (size_t)(r->to + 1 - from);
	char *room = buffer_room(&r->bytes, want);
	ssize_t n = content_read(&r->file.content, room, want, from);
	if (n == -1 && errno == EAGAIN)
		return -1;
	r->bytes.len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

/*
 * The next cut, as agent/tail makes them: by bytes, and where a line was once
 * taken for ended.
 */
static bool
next_cut(struct reread *r, struct str *rest, uint64_t at, struct cut *cut)
{
	uint64_t ended = r->source->cut;
	if (ended <= at || ended > at + rest->len)
		return cutter_next(&r->cutter, rest, cut);
	struct str head = { rest->data, (size_t)(ended - at) };
	bool found = cutter_next(&r->cutter, &head, cut) ||
	    cutter_last(&r->cutter, &head, cut);
	*rest = str_after(*rest, (size_t)(head.data - rest->data));
	return found || cutter_next(&r->cutter, rest, cut);
}

/* A line, or a part of one, that ends at `at`. */
static void
take(struct reread *r, const struct cut *cut, uint64_t at)
{
	const struct arrival now = { clock_realtime(), 0 };
	if (r->grouping == NULL) {
		offer(r, cut, at, now.received);
		return;
	}
	grouping_put(r->grouping, cut, at, &now);
	/* Where a message was taken for ended; and it did end at `to`. */
	if (at == r->source->cut || (at >= r->to && !r->interleaved))
		grouping_flush(r->grouping);
}

static void
cut_lines(struct reread *r)
{
	struct str rest = buffer_str(&r->bytes);
	struct cut cut;
	uint64_t at = r->at;
	while (next_cut(r, &rest, at, &cut)) {
		at = r->at + (size_t)(rest.data - r->bytes.data);
		router_decode(r->router, &cut, at == cut.taken);
		take(r, &cut, at);
	}
	/* The last one may have passed over a hole only. */
	size_t taken = (size_t)(rest.data - r->bytes.data);
	r->at += taken;
	buffer_consume(&r->bytes, taken);
}

int
reread_turn(struct reread *r, reread_line *line, void *owner, const char **why)
{
	if (!r->checked) {
		int state = whereabouts_turn(&r->file, why);
		r->checked = state == 0;
		return state == 0 ? 1 : state;
	}
	if (!r->found)
		return seek(r, why);
	int more = read_more(r);
	r->line = line;
	r->owner = owner;
	cut_lines(r);
	if (more == 0 && r->interleaved) /* the file ends, or this did */
		grouping_flush(r->grouping);
	if (more != 0)
		return 1;
	/* The range ends with a line of the chain, or it was not made of
	 * these bytes by this configuration. */
	*why = "its lines are not those any more that were published: the "
	       "file or the configuration has changed";
	return r->last == r->to ? 0 : -1;
}

void
reread_close(struct reread *r)
{
	if (r == NULL)
		return;
	grouping_free(r->grouping);
	router_free(r->router);
	whereabouts_close(&r->file);
	source_free(r->source);
	buffer_clear(&r->bytes);
	free(r->key);
	free(r);
}
