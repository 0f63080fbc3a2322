#include "agent/source_row.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/checksum.h"
#include "core/xalloc.h"

/* Over all that a row says, so that no flipped bit moves an offset. */
int64_t
source_row_sum(const struct source_row *r)
{
	struct buffer b = { 0 };
	buffer_append(&b, r->id, RANDOM_ID_LEN);
	buffer_append(&b, &r->identity, sizeof(r->identity));
	buffer_printf(&b,
	    "%" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu64
	    " %" PRIu64 " %d %" PRIu64 " %" PRIu64 " ",
	    r->safe.offset, r->safe.check, r->safe.part, r->cut, r->setup,
	    r->chain_sum, (int)r->state, r->start, r->since);
	buffer_append(&b, r->input, strlen(r->input) + 1);
	buffer_append_str(&b, str_from(r->path));
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return (int64_t)sum;
}

uint64_t
chain_row_sum(const char *source, struct str key, uint64_t end, int64_t began)
{
	struct buffer b = { 0 };
	buffer_append(&b, source, RANDOM_ID_LEN);
	buffer_printf(&b, "%" PRIu64 " %" PRId64 " ", end, began);
	buffer_append_str(&b, key);
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	return sum;
}

static void
take_chain(struct source_row *row, struct source *s, struct chain *chain)
{
	struct chain_row *to = &row->chains[row->chain_count++];
	struct str key = chain_key(chain);
	*to = (struct chain_row){ .key = str_copy(key),
		.key_len = key.len,
		.end = chain->end,
		.began = chain->began,
		.sum = chain_row_sum(s->id, key, chain->end, chain->began) };
	s->chain_sum ^= chain->sum ^ to->sum;
	chain->sum = to->sum;
	chain->changed = false;
	chain->saving = true;
}

/* Nothing refers to it, and nothing was ever published of it, or it was kept
 * long enough. */
static bool
is_done_with(const struct source *s)
{
	bool is_unused = s->chains.table == NULL && s->state == SOURCE_SETTLED;
	return source_is_settled(s) && (s->expired || (s->gone && is_unused));
}

static void
take_source(struct source_row *row, struct source *s)
{
	struct chain *chain, *next;
	*row = (struct source_row){ .identity = s->identity,
		.start = s->start,
		.since = s->since,
		.safe = s->safe,
		.cut = s->cut,
		.setup = s->setup,
		.state = s->gone ? SOURCE_GONE : s->state,
		.input = xstrdup(s->input),
		.path = xstrdup(s->path),
		.discard = is_done_with(s),
		.idle = s->idle,
		.is_idle_changed = s->idle != s->idle_saved,
		.head = s->head,
		.is_head_changed =
		    s->head.offset > 0 && (!s->recorded || s->head_saved == 0),
		.chains = xcalloc(
		    HASH_COUNT(s->chains.table) + 1, sizeof(*row->chains)) };
	memcpy(row->id, s->id, sizeof(row->id));
	HASH_ITER(hh, s->chains.table, chain, next) {
		if (chain->changed)
			take_chain(row, s, chain);
	}
	row->chain_sum = s->chain_sum;
}

void
source_row_clear(struct source_row *row)
{
	for (size_t i = 0; i < row->chain_count; i++)
		free(row->chains[i].key);
	free(row->chains);
	free(row->input);
	free(row->path);
}

void
source_rows_take(
    struct source_rows *rows, struct source *sources, uint32_t activity)
{
	size_t count = 0;
	for (struct source *s = sources; s != NULL; s = s->next)
		count += s->changed;
	*rows = (struct source_rows){ xcalloc(count + 1, sizeof(*rows->rows)),
		0, activity };
	for (struct source *s = sources; s != NULL; s = s->next) {
		if (!s->changed)
			continue;
		take_source(&rows->rows[rows->count++], s);
		s->changed = false;
		s->saving = true;
	}
}

static void
account_chains(struct source *s, bool saved)
{
	struct chain *chain, *next;
	HASH_ITER(hh, s->chains.table, chain, next) {
		chain->changed |= chain->saving && !saved;
		chain->saving = false;
	}
}

/* True if the source, its setup or a cut in it became durable. */
static bool
account_source(struct source *s, const struct source_row *row, bool saved)
{
	s->saving = false;
	s->changed |= !saved;
	account_chains(s, saved);
	if (!saved)
		return false;
	bool news = false;
	s->saved = row->safe.offset;
	s->idle_saved = row->idle;
	s->head_saved = row->head.offset;
	if (!s->recorded && row->setup == s->setup &&
	    row->head.offset == s->head.offset &&
	    row->head.check == s->head.check)
		news = s->recorded = true;
	if (!s->cut_recorded && row->cut == s->cut)
		news = s->cut_recorded = true;
	return news;
}

bool
source_rows_account(
    struct source_rows *rows, struct source **sources, bool saved)
{
	bool news = false;
	size_t at = 0;
	struct source **link = sources;
	while (*link != NULL) {
		struct source *s = *link;
		bool gone = false;
		if (s->saving) {
			/* In the order in which they were taken; what was
			 * added since is in front of them. */
			const struct source_row *row = &rows->rows[at++];
			news |= account_source(s, row, saved);
			gone = saved && row->discard && !s->changed;
		}
		if (gone) {
			*link = s->next;
			source_free(s);
		} else
			link = &s->next;
	}
	assert(at == rows->count);
	for (size_t i = 0; i < rows->count; i++)
		source_row_clear(&rows->rows[i]);
	free(rows->rows);
	*rows = (struct source_rows){ 0 };
	return news;
}
