#include "agent/checkpoint_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/checksum.h"
#include "core/log.h"
#include "core/xalloc.h"

#define VERSION 3
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS source ("
    " id TEXT PRIMARY KEY, input TEXT, path BLOB,"
    " device INTEGER, inode INTEGER, birth INTEGER,"
    " safe INTEGER, checked INTEGER, part INTEGER, cut INTEGER,"
    " setup INTEGER, state INTEGER, chains INTEGER, start INTEGER,"
    " since INTEGER,"
    " sum INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS chain ("
    " source TEXT, key BLOB, end INTEGER, began INTEGER, sum INTEGER,"
    " PRIMARY KEY (source, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS writer ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " boot TEXT, machine TEXT, user TEXT, running INTEGER,"
    " sum INTEGER)";

struct checkpoint_rows {
	struct store *store;
	struct query *put, *put_chain, *discard, *discard_chains, *put_writer;
	bool damaged;
};

struct checkpoint_rows *
checkpoint_rows_open(const char *path)
{
	struct checkpoint_rows *r = xcalloc(1, sizeof(*r));
	r->store = store_open(path, schema, VERSION, VERSION);
	if (r->store == NULL) {
		free(r);
		return NULL;
	}
	r->put = query_new(r->store,
	    "INSERT OR REPLACE INTO source"
	    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	r->put_chain = query_new(
	    r->store, "INSERT OR REPLACE INTO chain VALUES (?,?,?,?,?)");
	r->discard = query_new(r->store, "DELETE FROM source WHERE id = ?");
	r->discard_chains =
	    query_new(r->store, "DELETE FROM chain WHERE source = ?");
	r->put_writer = query_new(
	    r->store, "INSERT OR REPLACE INTO writer VALUES (1,?,?,?,?,?)");
	return r;
}

void
checkpoint_rows_close(struct checkpoint_rows *r)
{
	if (r == NULL)
		return;
	query_free(r->put);
	query_free(r->put_chain);
	query_free(r->discard);
	query_free(r->discard_chains);
	query_free(r->put_writer);
	store_close(r->store);
	free(r);
}

bool
checkpoint_rows_are_new(const struct checkpoint_rows *r)
{
	return store_is_new(r->store);
}

bool
checkpoint_rows_were_damaged(const struct checkpoint_rows *r)
{
	return r->damaged || store_was_damaged(r->store);
}

bool
checkpoint_rows_are_gone(const struct checkpoint_rows *r)
{
	return store_is_gone(r->store);
}

static int
discard(struct checkpoint_rows *r, struct str id)
{
	query_bind_text(r->discard_chains, 1, id);
	query_bind_text(r->discard, 1, id);
	return query_step(r->discard_chains) == 0 ? query_step(r->discard) : -1;
}

static int
put_chain(
    struct checkpoint_rows *r, struct str source, const struct chain_row *c)
{
	query_bind_text(r->put_chain, 1, source);
	query_bind_text(r->put_chain, 2, (struct str){ c->key, c->key_len });
	query_bind_integer(r->put_chain, 3, (int64_t)c->end);
	query_bind_integer(r->put_chain, 4, c->began);
	query_bind_integer(r->put_chain, 5, (int64_t)c->sum);
	return query_step(r->put_chain);
}

static int
put_row(struct checkpoint_rows *r, const struct source_row *row)
{
	struct str id = { row->id, RANDOM_ID_LEN };
	const int64_t numbers[] = { (int64_t)row->identity.device,
		(int64_t)row->identity.inode, row->identity.birth,
		(int64_t)row->safe.offset, (int64_t)row->safe.check,
		row->safe.part, (int64_t)row->cut, (int64_t)row->setup,
		row->state, (int64_t)row->chain_sum, (int64_t)row->start,
		(int64_t)row->since, source_row_sum(row) };
	if (row->discard)
		return discard(r, id);
	query_bind_text(r->put, 1, id);
	query_bind_text(r->put, 2, str_from(row->input));
	query_bind_text(r->put, 3, str_from(row->path));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		query_bind_integer(r->put, 4 + (int)i, numbers[i]);
	int result = query_step(r->put);
	for (size_t i = 0; result == 0 && i < row->chain_count; i++)
		result = put_chain(r, id, &row->chains[i]);
	return result;
}

static int64_t
writer_sum(const struct writer *w)
{
	struct buffer b = { 0 };
	buffer_printf(
	    &b, "%s %s %s %d", w->boot, w->machine, w->user, w->running);
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return (int64_t)sum;
}

static int
put_writer(struct checkpoint_rows *r, const struct writer *w)
{
	query_bind_text(r->put_writer, 1, str_from(w->boot));
	query_bind_text(r->put_writer, 2, str_from(w->machine));
	query_bind_text(r->put_writer, 3, str_from(w->user));
	query_bind_integer(r->put_writer, 4, w->running);
	query_bind_integer(r->put_writer, 5, writer_sum(w));
	return query_step(r->put_writer);
}

int
checkpoint_rows_write(struct checkpoint_rows *r, const struct source_rows *rows,
    const struct writer *writer)
{
	bool good = true;
	if (store_begin(r->store) == -1)
		return -1;
	for (size_t i = 0; good && i < rows->count; i++)
		good = put_row(r, &rows->rows[i]) == 0;
	if (good && writer != NULL)
		good = put_writer(r, writer) == 0;
	return store_end(r->store, good);
}

static void
copy_word(char to[64], struct str word)
{
	snprintf(to, 64, STR_FMT, STR_ARG(word));
}

int
checkpoint_rows_writer(struct checkpoint_rows *r, struct writer *w)
{
	struct query *q = query_new(
	    r->store, "SELECT boot, machine, user, running, sum FROM writer");
	*w = (struct writer){ .running = false };
	int found = query_step(q);
	if (found == 1) {
		copy_word(w->boot, query_text(q, 0));
		copy_word(w->machine, query_text(q, 1));
		copy_word(w->user, query_text(q, 2));
		w->running = query_integer(q, 3) != 0;
		/* Whoever it was: what he left is not to be relied on. */
		if (writer_sum(w) != query_integer(q, 4))
			*w = (struct writer){ .running = true };
	}
	query_free(q);
	return found == -1 ? -1 : 0;
}

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
	if (found == 0 && sum != s->chain_sum) {
		log_warnx("checkpoint: damaged entry for %s: what was sent of "
			  "it and not confirmed may repeat",
		    s->path);
		s->state = SOURCE_STALE;
	}
	return found;
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
	int found;
	while ((found = query_step(q)) == 1) {
		struct source *s = load_source(q);
		if (s == NULL) {
			r->damaged = true;
			discard(r, query_text(q, 0));
			continue;
		}
		s->next = *sources;
		*sources = s;
		found = load_chains(of_chains, s);
		if (found == -1)
			break;
	}
	query_free(q);
	query_free(of_chains);
	return found;
}
