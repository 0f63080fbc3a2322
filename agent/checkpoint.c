#include "agent/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/checksum.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/store.h"
#include "core/xalloc.h"

#define VERSION 1
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS source ("
    " id TEXT PRIMARY KEY,"
    " device INTEGER, inode INTEGER, birth INTEGER, path BLOB,"
    " safe INTEGER, checked INTEGER, part INTEGER,"
    " sum INTEGER) WITHOUT ROWID";

/* A row on its way to the disk: owned by the work item. */
struct row {
	char id[RANDOM_ID_LEN + 1];
	struct identity identity;
	struct position safe;
	char *path;
	bool discard;
};

struct checkpoint {
	uv_loop_t *loop;
	uv_work_t work;
	uv_timer_t every_second;
	struct store *store;
	struct query *put, *discard;
	struct source *sources;
	struct row *rows;
	size_t row_count;
	int lock;
	int result; /* of the save under way */
	bool saving;
	bool again; /* save once more behind it */
	bool failing; /* and said */
	checkpoint_recorded *recorded;
	void *owner;
};

/* Over all that a row says, so that no flipped bit moves an offset. */
static int64_t
row_sum(const struct row *r)
{
	struct buffer b = { 0 };
	buffer_append(&b, r->id, RANDOM_ID_LEN);
	buffer_append(&b, &r->identity, sizeof(r->identity));
	buffer_printf(&b, "%" PRIu64 " %" PRIu64 " %" PRIu32 " ",
	    r->safe.offset, r->safe.check, r->safe.part);
	buffer_append_str(&b, str_from(r->path));
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return (int64_t)sum;
}

static int
put_row(struct checkpoint *c, const struct row *r)
{
	struct str id = { r->id, RANDOM_ID_LEN };
	if (r->discard) {
		query_bind_text(c->discard, 1, id);
		return query_step(c->discard);
	}
	query_bind_text(c->put, 1, id);
	query_bind_integer(c->put, 2, (int64_t)r->identity.device);
	query_bind_integer(c->put, 3, (int64_t)r->identity.inode);
	query_bind_integer(c->put, 4, r->identity.birth);
	query_bind_text(c->put, 5, str_from(r->path));
	query_bind_integer(c->put, 6, (int64_t)r->safe.offset);
	query_bind_integer(c->put, 7, (int64_t)r->safe.check);
	query_bind_integer(c->put, 8, r->safe.part);
	query_bind_integer(c->put, 9, row_sum(r));
	return query_step(c->put);
}

/* In the work item: nothing but the store and the rows is touched. */
static int
write_rows(struct checkpoint *c)
{
	bool good = true;
	if (store_begin(c->store) == -1)
		return -1;
	for (size_t i = 0; good && i < c->row_count; i++)
		good = put_row(c, &c->rows[i]) == 0;
	return store_end(c->store, good);
}

static void
drop_source(struct checkpoint *c, struct source *gone)
{
	struct source **link = &c->sources;
	while (*link != gone)
		link = &(*link)->next;
	*link = gone->next;
	source_free(gone);
}

/* Copy what changed; the sources go on moving while it is written. */
static void
collect_rows(struct checkpoint *c)
{
	size_t count = 0, at = 0;
	for (struct source *s = c->sources; s != NULL; s = s->next)
		count += s->changed;
	c->rows = xcalloc(count, sizeof(*c->rows));
	for (struct source *s = c->sources; s != NULL; s = s->next) {
		if (!s->changed)
			continue;
		struct row *r = &c->rows[at++];
		memcpy(r->id, s->id, sizeof(r->id));
		r->identity = s->identity;
		r->safe = s->safe;
		r->path = xstrdup(s->path);
		r->discard = s->discarded && source_is_settled(s);
		s->changed = false;
		s->saving = true;
	}
	c->row_count = count;
}

static void
free_rows(struct checkpoint *c)
{
	for (size_t i = 0; i < c->row_count; i++)
		free(c->rows[i].path);
	free(c->rows);
	c->rows = NULL;
	c->row_count = 0;
}

/* True if a source became durable. */
static bool
account(struct checkpoint *c, bool saved)
{
	bool recorded = false;
	struct source *next;
	for (struct source *s = c->sources; s != NULL; s = next) {
		next = s->next;
		if (!s->saving)
			continue;
		s->saving = false;
		s->changed |= !saved;
		if (saved && !s->recorded)
			s->recorded = recorded = true;
		if (saved && s->discarded && source_is_settled(s) &&
		    !s->changed)
			drop_source(c, s);
	}
	return recorded;
}

static void
finish_save(struct checkpoint *c)
{
	bool saved = c->result == 0;
	c->saving = false;
	if (!saved && !c->failing)
		log_warnx("checkpoint: not saved; shipping goes on, trying "
			  "again every second");
	else if (saved && c->failing)
		log_info("checkpoint: saved again");
	c->failing = !saved;
	free_rows(c);
	if (account(c, saved))
		c->recorded(c->owner);
}

static void
on_work(uv_work_t *work)
{
	struct checkpoint *c = work->data;
	c->result = write_rows(c);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct checkpoint *c = work->data;
	(void)status;
	finish_save(c);
	if (c->again && !c->failing)
		checkpoint_save(c, false);
}

void
checkpoint_save(struct checkpoint *c, bool urgent)
{
	if (c->saving) {
		c->again |= urgent;
		return;
	}
	c->again = false;
	collect_rows(c);
	if (c->row_count == 0) {
		free_rows(c);
		return;
	}
	c->saving = true;
	uv_queue_work(c->loop, &c->work, on_work, on_worked);
}

static void
on_second(uv_timer_t *timer)
{
	checkpoint_save(timer->data, false);
}

static void
load_row(struct checkpoint *c, struct query *q)
{
	struct row r = { 0 };
	struct str id = query_text(q, 0);
	r.identity.device = (uint64_t)query_integer(q, 1);
	r.identity.inode = (uint64_t)query_integer(q, 2);
	r.identity.birth = query_integer(q, 3);
	r.path = str_copy(query_text(q, 4));
	r.safe.offset = (uint64_t)query_integer(q, 5);
	r.safe.check = (uint64_t)query_integer(q, 6);
	r.safe.part = (uint32_t)query_integer(q, 7);
	if (id.len == RANDOM_ID_LEN)
		memcpy(r.id, id.data, RANDOM_ID_LEN);
	if (row_sum(&r) == query_integer(q, 8)) {
		struct source *s = source_new(&r.identity, r.path);
		memcpy(s->id, r.id, sizeof(s->id));
		s->safe = s->reached = r.safe;
		s->recorded = true;
		s->changed = false;
		s->next = c->sources;
		c->sources = s;
	} else
		log_warnx("checkpoint: damaged entry for %s: read again from "
			  "its beginning, lines will repeat",
		    r.path);
	free(r.path);
}

static int
load(struct checkpoint *c)
{
	struct query *q = query_new(c->store,
	    "SELECT id, device, inode, birth, path, safe, checked, part, sum"
	    " FROM source");
	int row;
	while ((row = query_step(q)) == 1)
		load_row(c, q);
	query_free(q);
	return row;
}

struct checkpoint *
checkpoint_open(uv_loop_t *loop, const char *directory,
    checkpoint_recorded *recorded, void *owner)
{
	struct checkpoint *c = xcalloc(1, sizeof(*c));
	*c = (struct checkpoint){
		.loop = loop, .recorded = recorded, .owner = owner
	};
	c->lock = lock_directory(directory, "agent.lock");
	if (c->lock == -1)
		goto free_checkpoint;
	char *path = xasprintf("%s/checkpoint.db", directory);
	c->store = store_open(path, schema, VERSION);
	free(path);
	if (c->store == NULL)
		goto unlock;
	if (store_was_damaged(c->store))
		log_warnx("checkpoint: lost: files are read again from their "
			  "beginning, lines will repeat");
	if (load(c) == -1)
		goto close_store;
	c->put = query_new(c->store,
	    "INSERT OR REPLACE INTO source VALUES (?,?,?,?,?,?,?,?,?)");
	c->discard = query_new(c->store, "DELETE FROM source WHERE id = ?");
	c->work.data = c->every_second.data = c;
	uv_timer_init(loop, &c->every_second);
	uv_timer_start(&c->every_second, on_second, 1000, 1000);
	return c;

close_store:
	store_close(c->store);
unlock:
	close(c->lock);
free_checkpoint:
	free(c);
	return NULL;
}

struct source *
checkpoint_find(struct checkpoint *c, const struct identity *id)
{
	for (struct source *s = c->sources; s != NULL; s = s->next)
		if (!s->attached && !s->discarded &&
		    memcmp(&s->identity, id, sizeof(*id)) == 0)
			return s;
	return NULL;
}

struct source *
checkpoint_first(struct checkpoint *c)
{
	return c->sources;
}

void
checkpoint_add(struct checkpoint *c, struct source *s)
{
	s->next = c->sources;
	c->sources = s;
	checkpoint_save(c, true);
}

static void
on_closed(uv_handle_t *handle)
{
	struct checkpoint *c = handle->data;
	while (c->sources != NULL) {
		struct source *s = c->sources;
		c->sources = s->next;
		source_free(s);
	}
	close(c->lock);
	free(c);
}

void
checkpoint_close(struct checkpoint *c)
{
	if (c == NULL)
		return;
	while (c->saving)
		uv_run(c->loop, UV_RUN_ONCE);
	collect_rows(c);
	if (c->row_count > 0 && write_rows(c) == -1)
		log_warnx("checkpoint: not saved at the end: lines will "
			  "repeat");
	free_rows(c);
	query_free(c->put);
	query_free(c->discard);
	store_close(c->store);
	uv_close((uv_handle_t *)&c->every_second, on_closed);
}
