#include "agent/checkpoint_rows_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/checksum.h"
#include "core/log.h"
#include "core/xalloc.h"

/* In version 3 what was gone was forgotten at once; 4 has no heads. */
#define OLDEST 3
#define VERSION 5
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
    "CREATE TABLE IF NOT EXISTS idle ("
    " source TEXT PRIMARY KEY, since INTEGER, sum INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS head ("
    " source TEXT PRIMARY KEY, length INTEGER, checked INTEGER,"
    " sum INTEGER) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS writer ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " boot TEXT, machine TEXT, user TEXT, running INTEGER,"
    " sum INTEGER)";

struct checkpoint_rows *
checkpoint_rows_open(const char *path)
{
	struct checkpoint_rows *r = xcalloc(1, sizeof(*r));
	r->store = store_open(path, schema, OLDEST, VERSION);
	if (r->store == NULL) {
		free(r);
		return NULL;
	}
	r->put = query_new(r->store,
	    "INSERT OR REPLACE INTO source"
	    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	r->put_chain = query_new(
	    r->store, "INSERT OR REPLACE INTO chain VALUES (?,?,?,?,?)");
	r->put_idle =
	    query_new(r->store, "INSERT OR REPLACE INTO idle VALUES (?,?,?)");
	r->put_head =
	    query_new(r->store, "INSERT OR REPLACE INTO head VALUES (?,?,?,?)");
	r->discard = query_new(r->store, "DELETE FROM source WHERE id = ?");
	r->discard_chains =
	    query_new(r->store, "DELETE FROM chain WHERE source = ?");
	r->discard_idle =
	    query_new(r->store, "DELETE FROM idle WHERE source = ?");
	r->discard_head =
	    query_new(r->store, "DELETE FROM head WHERE source = ?");
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
	query_free(r->discard_idle);
	query_free(r->discard_head);
	query_free(r->put_idle);
	query_free(r->put_head);
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

int
checkpoint_rows_discard(struct checkpoint_rows *r, struct str source)
{
	struct query *const all[] = { r->discard_chains, r->discard_idle,
		r->discard_head, r->discard };
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		query_bind_text(all[i], 1, source);
		if (query_step(all[i]) == -1)
			return -1;
	}
	return 0;
}

int64_t
idle_row_sum(struct str source, int64_t since)
{
	struct buffer b = { 0 };
	buffer_append_str(&b, source);
	buffer_printf(&b, " %" PRId64, since);
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return (int64_t)sum;
}

static int
put_idle(struct checkpoint_rows *r, struct str source, uint32_t since)
{
	query_bind_text(r->put_idle, 1, source);
	query_bind_integer(r->put_idle, 2, since);
	query_bind_integer(r->put_idle, 3, idle_row_sum(source, since));
	return query_step(r->put_idle);
}

int64_t
head_row_sum(struct str source, const struct position *head)
{
	struct buffer b = { 0 };
	buffer_append_str(&b, source);
	buffer_printf(&b, " %" PRIu64 " %" PRIu64, head->offset, head->check);
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return (int64_t)sum;
}

static int
put_head(
    struct checkpoint_rows *r, struct str source, const struct position *head)
{
	query_bind_text(r->put_head, 1, source);
	query_bind_integer(r->put_head, 2, (int64_t)head->offset);
	query_bind_integer(r->put_head, 3, (int64_t)head->check);
	query_bind_integer(r->put_head, 4, head_row_sum(source, head));
	return query_step(r->put_head);
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
		return checkpoint_rows_discard(r, id);
	query_bind_text(r->put, 1, id);
	query_bind_text(r->put, 2, str_from(row->input));
	query_bind_text(r->put, 3, str_from(row->path));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		query_bind_integer(r->put, 4 + (int)i, numbers[i]);
	int result = query_step(r->put);
	for (size_t i = 0; result == 0 && i < row->chain_count; i++)
		result = put_chain(r, id, &row->chains[i]);
	if (result == 0 && row->is_idle_changed)
		result = put_idle(r, id, row->idle);
	if (result == 0 && row->is_head_changed)
		result = put_head(r, id, &row->head);
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
	if (good && rows->activity > 0)
		good = put_idle(r, (struct str)STR(""), rows->activity) == 0;
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
