#include <stdlib.h>
#include <string.h>

#include "agent/checkpoint_rows_private.h"
#include "core/log.h"

/* The chains of `s`; what their rows sum up to must be what its row says. */
static int
load_chains(struct query *q, struct source *s)
{
	int found;
	uint64_t sum = 0;
	query_bind_text(q, 1, (struct str){ s->id, RANDOM_ID_LEN });
	while ((found = query_step(q)) == 1) {
		struct str key = query_text(q, 0);
		uint64_t end = (uint64_t)query_integer(q, 1);
		int64_t began = query_integer(q, 2);
		struct chain *chain = chains_add(&s->chains, key, end, began);
		chain->sum = chain_row_sum(s->id, key, end, began);
		sum ^= chain->sum;
	}
	if (found == 0 && sum != s->chain_sum && s->gone) {
		log_warnx("checkpoint: damaged entry for %s, which is gone: "
			  "its end cannot be compared",
		    s->path);
		s->expired = s->changed = true;
	} else if (found == 0 && sum != s->chain_sum) {
		log_warnx("checkpoint: damaged entry for %s: what was sent of "
			  "it and not confirmed may repeat",
		    s->path);
		s->state = SOURCE_STALE;
	}
	return found;
}

/* Since when nobody reads `source`; 0: not known.  -1: it cannot be read. */
static int
load_idle(struct query *q, struct str source, uint32_t *since)
{
	query_bind_text(q, 1, source);
	int found = query_step(q);
	*since = 0;
	while (found == 1) {
		int64_t number = query_integer(q, 0);
		if (number > 0 && number <= UINT32_MAX &&
		    query_integer(q, 1) == idle_row_sum(source, number))
			*since = (uint32_t)number;
		found = query_step(q);
	}
	return found;
}

/* What its file began with, if that is known. */
static int
load_head(struct query *q, struct source *s)
{
	struct str id = { s->id, RANDOM_ID_LEN };
	query_bind_text(q, 1, id);
	int found = query_step(q);
	while (found == 1) {
		struct position head = { .offset =
					     (uint64_t)query_integer(q, 0),
			.check = (uint64_t)query_integer(q, 1) };
		if (query_integer(q, 2) == head_row_sum(id, &head)) {
			s->head = head;
			s->head_saved = head.offset;
		}
		found = query_step(q);
	}
	return found;
}

static struct query *
idle_query(struct checkpoint_rows *r)
{
	return query_new(
	    r->store, "SELECT since, sum FROM idle WHERE source = ?");
}

int
checkpoint_rows_activity(struct checkpoint_rows *r, uint32_t *activity)
{
	struct query *q = idle_query(r);
	int result = load_idle(q, (struct str)STR(""), activity);
	query_free(q);
	return result;
}

static struct source *
load_source(struct query *q)
{
	struct str id = query_text(q, 0);
	struct source_row row = { .identity = { (uint64_t)query_integer(q, 3),
				      (uint64_t)query_integer(q, 4),
				      query_integer(q, 5) },
		.safe = { (uint64_t)query_integer(q, 6),
		    (uint64_t)query_integer(q, 7),
		    (uint32_t)query_integer(q, 8) },
		.cut = (uint64_t)query_integer(q, 9),
		.setup = (uint64_t)query_integer(q, 10),
		.state = (enum source_state)query_integer(q, 11),
		.chain_sum = (uint64_t)query_integer(q, 12),
		.start = (uint64_t)query_integer(q, 13),
		.since = (uint64_t)query_integer(q, 14),
		.input = str_copy(query_text(q, 1)),
		.path = str_copy(query_text(q, 2)) };
	struct source *s = NULL;
	if (id.len == RANDOM_ID_LEN)
		memcpy(row.id, id.data, RANDOM_ID_LEN);
	if (source_row_sum(&row) == query_integer(q, 15)) {
		s = source_new(row.input, &row.identity, row.path);
		memcpy(s->id, row.id, sizeof(s->id));
		s->safe = s->reached = row.safe;
		s->saved = row.safe.offset;
		s->start = row.start;
		s->since = row.since;
		s->cut = row.cut;
		s->setup = row.setup;
		s->state = row.state;
		s->gone = row.state == SOURCE_GONE;
		s->chain_sum = row.chain_sum;
		s->recorded = s->cut_recorded = true;
		s->changed = false;
	} else
		log_warnx("checkpoint: damaged entry for %s: read again from "
			  "its beginning, lines will repeat",
		    row.path);
	source_row_clear(&row);
	return s;
}

int
checkpoint_rows_load(struct checkpoint_rows *r, struct source **sources)
{
	struct query *q = query_new(r->store,
	    "SELECT id, input, path, device, inode, birth, safe, checked,"
	    " part, cut, setup, state, chains, start, since, sum"
	    " FROM source");
	struct query *of_chains = query_new(
	    r->store, "SELECT key, end, began FROM chain WHERE source = ?");
	struct query *of_idle = idle_query(r);
	struct query *of_head = query_new(
	    r->store, "SELECT length, checked, sum FROM head WHERE source = ?");
	int found;
	while ((found = query_step(q)) == 1) {
		struct source *s = load_source(q);
		if (s == NULL) {
			r->damaged = true;
			checkpoint_rows_discard(r, query_text(q, 0));
			continue;
		}
		s->next = *sources;
		*sources = s;
		struct str id = { s->id, RANDOM_ID_LEN };
		found = load_chains(of_chains, s);
		if (found != -1)
			found = load_idle(of_idle, id, &s->idle);
		if (found != -1)
			found = load_head(of_head, s);
		s->idle_saved = s->idle;
		if (found == -1)
			break;
	}
	query_free(q);
	query_free(of_chains);
	query_free(of_idle);
	query_free(of_head);
	return found;
}
