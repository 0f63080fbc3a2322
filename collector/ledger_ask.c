#include "collector/ledger_private.h"
#include "core/checksum.h"
#include "core/clock.h"

/* The source's digits, which `hole` and `chain` point to. */
static struct str
digits(const struct chain *chain, char hex[2 * SOURCE_ID_LEN])
{
	source_id_print(chain->origin->id, hex);
	return (struct str){ hex, 2 * SOURCE_ID_LEN };
}

void
ledger_each_hole(const struct ledger *l, ledger_hole_fn *fn, void *owner)
{
	char hex[2 * SOURCE_ID_LEN];
	for (const struct chain *it = l->chains.holed; it; it = it->next) {
		struct ledger_hole hole = { .source = digits(it, hex),
			.key = known_key(it),
			.host = it->origin->host,
			.path = it->origin->path };
		for (uint32_t i = 0; i < it->seen.count; i++) {
			struct interval missing = intervals_hole(&it->seen, i);
			hole.from = missing.from;
			hole.to = missing.to;
			fn(owner, &hole);
		}
	}
}

void
ledger_each_chain(const struct ledger *l, ledger_chain_fn *fn, void *owner)
{
	char hex[2 * SOURCE_ID_LEN];
	for (const struct chain *it = l->chains.table; it; it = it->hh.next) {
		struct ledger_chain chain = { .source = digits(it, hex),
			.key = known_key(it),
			.host = it->origin->host,
			.path = it->origin->path,
			.start = intervals_start(&it->seen),
			.end = it->seen.top.to };
		fn(owner, &chain);
	}
}

void
ledger_bound(struct ledger *l, const struct string_list *bindings, bool anew)
{
	struct buffer b = { 0 };
	for (size_t i = 0; i < bindings->count; i++)
		buffer_printf(&b, "%s\n", bindings->items[i]);
	uint64_t sum = checksum(buffer_str(&b));
	buffer_clear(&b);
	if (l->since != 0 && l->bound == sum && !anew)
		return;
	l->since = clock_realtime();
	l->bound = sum;
	l->is_bound_anew = true;
}

int64_t
ledger_since(const struct ledger *l)
{
	/* What began before may be known no more. */
	int64_t kept = clock_realtime() - LEDGER_KEEPS * NS_PER_SECOND;
	if (l->since == 0)
		return INT64_MAX;
	return l->since > kept ? l->since : kept;
}

bool
ledger_settle_hole(struct ledger *l, struct str source, struct str key,
    uint64_t from, uint64_t to)
{
	unsigned char id[SOURCE_ID_LEN];
	struct record claim = {
		.source = source, .key = key, .prev = from, .pos = to
	};
	if (!record_is_chained(&claim))
		return false;
	source_id_read(source, id);
	struct chain *chain = known_find(&l->chains, id, key);
	if (chain == NULL || to > chain->seen.top.from ||
	    (from < intervals_start(&chain->seen) &&
		to != intervals_start(&chain->seen)) ||
	    !known_add(&l->chains, chain, (struct interval){ from, to }))
		return false;
	l->account.gone++;
	return true;
}
