#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ledger_files.h"
#include "collector/ledger_private.h"
#include "core/clock.h"
#include "core/fault.h"

/* How often, in s of activity, it is looked for files to forget. */
#define EXPIRE_EVERY 3600

static struct str
copy(struct str s)
{
	return (struct str){ str_copy(s), s.len };
}

static void
discard(struct str s)
{
	free((char *)(uintptr_t)s.data);
}

static void
take_chain(struct cut *cut, struct chain *chain)
{
	struct origin *o = chain->origin;
	struct chain_row *row = &cut->chains[cut->chain_count++];
	struct buffer seen = { 0 };
	intervals_print(&chain->seen, &seen);
	*row = (struct chain_row){ .key = copy(known_key(chain)),
		.seen = buffer_str(&seen), /* its memory, taken over */
		.used = chain->used };
	memcpy(row->id, o->id, SOURCE_ID_LEN);
	chain->is_stored = true;
	if (o->is_stored)
		return;
	o->is_stored = true;
	struct source_row *source = &cut->sources[cut->source_count++];
	*source = (struct source_row){ .user = copy(o->user),
		.host = copy(o->host),
		.path = copy(o->path) };
	memcpy(source->id, o->id, SOURCE_ID_LEN);
}

static void
take_given_up(struct cut *cut, struct given_up_set *set)
{
	struct given_up *g, *next;
	cut->given_up = xcalloc(set->changed, sizeof(*cut->given_up));
	if (set->changed == 0) /* as nearly always */
		return;
	HASH_ITER(hh, set->table, g, next) {
		if (!g->is_changed)
			continue;
		struct given_up_row *row =
		    &cut->given_up[cut->given_up_count++];
		struct buffer ranges = { 0 };
		intervals_print(&g->ranges, &ranges);
		*row = (struct given_up_row){ .key = copy(given_up_key(g)),
			.ranges = buffer_str(&ranges), /* taken over */
			.since = g->since };
		memcpy(row->id, g->name, SOURCE_ID_LEN);
		g->is_changed = false;
	}
	assert(cut->given_up_count == set->changed);
	set->changed = 0;
}

void
cut_take(struct cut *cut, struct known *chains)
{
	*cut = (struct cut){ 0 };
	cut->chains = xcalloc(chains->changed_count, sizeof(*cut->chains));
	cut->sources = xcalloc(chains->changed_count, sizeof(*cut->sources));
	for (uint32_t i = 0; i < chains->changed_count; i++)
		if (chains->changed[i] != NULL)
			take_chain(cut, chains->changed[i]);
	take_given_up(cut, &chains->given_up);
	cut->forgotten = chains->forgotten;
	cut->forgotten_count = chains->forgotten_count;
	chains->forgotten = NULL;
	chains->forgotten_room = 0;
	known_changes_taken(chains);
}

void
cut_clear(struct cut *cut)
{
	for (size_t i = 0; i < cut->chain_count; i++) {
		discard(cut->chains[i].key);
		discard(cut->chains[i].seen);
	}
	for (size_t i = 0; i < cut->source_count; i++) {
		discard(cut->sources[i].user);
		discard(cut->sources[i].host);
		discard(cut->sources[i].path);
	}
	for (size_t i = 0; i < cut->given_up_count; i++) {
		discard(cut->given_up[i].key);
		discard(cut->given_up[i].ranges);
	}
	for (size_t i = 0; i < cut->forgotten_count; i++)
		discard(cut->forgotten[i].key);
	free(cut->chains);
	free(cut->sources);
	free(cut->given_up);
	free(cut->forgotten);
	*cut = (struct cut){ 0 };
}

static uint32_t
committed_activity(const struct ledger *l)
{
	return (uint32_t)(l->committed.activity / NS_PER_SECOND);
}

uint64_t
ledger_most(const struct ledger *l)
{
	return l->committed.most;
}

int
ledger_file_find(
    struct ledger *l, struct str base, struct str name, struct file_row *row)
{
	return ledger_store_find_file(l->store, base, name, row);
}

/* Is there anything to record before these are written? */
static bool
must_record(const struct ledger *l, const struct output *it, size_t count,
    uint64_t *most)
{
	bool is_new = false;
	*most = l->committed.most;
	for (; count > 0; it = it->next, count--) {
		if (it->sink->file == NULL || it->writing.len == 0)
			continue;
		is_new |= !it->sink->is_recorded;
		if (it->writing.len > *most)
			*most = it->writing.len;
	}
	return is_new || *most > l->committed.most;
}

static int
put_files(struct ledger *l, const struct output *it, size_t count, bool all)
{
	uint32_t used = committed_activity(l);
	for (; it != NULL && count > 0; it = it->next, count--) {
		const struct sink *sink = it->sink;
		/* What is written already is not committed yet. */
		bool is_due =
		    all || (!sink->is_recorded && it->writing.len > 0);
		if (sink->file == NULL || !is_due)
			continue;
		if (ledger_store_put_file(l->store, sink->file, used) == -1)
			return -1;
	}
	return 0;
}

int
ledger_record(struct ledger *l, const struct output *first, size_t count)
{
	struct state_row state = l->committed;
	if (!must_record(l, first, count, &state.most))
		return 0;
	if (ledger_store_begin(l->store) == -1)
		return -1;
	bool good = put_files(l, first, count, false) == 0 &&
	    ledger_store_put_state(l->store, &state) == 0;
	if (ledger_store_end(l->store, good) == -1)
		return -1;
	l->committed = state;
	for (; count > 0; first = first->next, count--)
		first->sink->is_recorded = true;
	FAULT("ledger-open");
	return 0;
}

static int
expire_files(struct ledger *l)
{
	uint32_t now = committed_activity(l);
	if (now < LEDGER_KEEPS || now - l->expired < EXPIRE_EVERY)
		return 0;
	l->expired = now;
	return ledger_store_expire_files(l->store, now - LEDGER_KEEPS);
}

int
ledger_commit(struct ledger *l, const struct output *written)
{
	assert(l->is_cut);
	FAULT("before-ledger");
	l->cut.state.most = l->committed.most;
	if (ledger_store_begin(l->store) == -1)
		return -1;
	bool good = ledger_store_put_cut(l->store, &l->cut) == 0 &&
	    put_files(l, written, SIZE_MAX, true) == 0 && expire_files(l) == 0;
	if (ledger_store_end(l->store, good) == -1)
		return -1;
	/* Only what has a mark is known to be newer than a ledger that lost
	 * commits; so no acknowledgement without. */
	if (ledger_store_set_mark(l->store, l->cut.state.commits) == -1)
		return -1;
	l->committed = l->cut.state;
	FAULT("after-ledger");
	return 0;
}
