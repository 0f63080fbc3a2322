#include "collector/ledger_private.h"
#include "core/checksum.h"
#include "core/clock.h"

/* The source's digits, which what is shown points to. */
static struct str
digits(const void *id, char hex[2 * SOURCE_ID_LEN])
{
	source_id_print(id, hex);
	return (struct str){ hex, 2 * SOURCE_ID_LEN };
}

/* Pieces of one chain on their way to who asked. */
struct asked {
	struct ledger_range range;
	ledger_range_fn *fn;
	void *owner;
};

static void
show(void *owner, struct interval piece)
{
	struct asked *a = owner;
	a->range.from = piece.from;
	a->range.to = piece.to;
	a->fn(a->owner, &a->range);
}

void
ledger_each_hole(const struct ledger *l, ledger_range_fn *fn, void *owner)
{
	static const struct intervals none;
	char hex[2 * SOURCE_ID_LEN];
	for (const struct chain *it = l->chains.holed; it; it = it->next) {
		const struct intervals *given_up =
		    it->given_up != NULL ? &it->given_up->ranges : &none;
		struct asked a = { .range = { .source =
						  digits(it->origin->id, hex),
				       .key = known_key(it),
				       .host = it->origin->host,
				       .path = it->origin->path },
			.fn = fn,
			.owner = owner };
		for (uint32_t i = 0; i < it->seen.count; i++)
			intervals_each_missing(
			    given_up, intervals_hole(&it->seen, i), show, &a);
	}
}

/* Of one chain; `seen` is what came of it. */
static void
show_given_up(
    const struct given_up *g, const struct intervals *seen, struct asked *a)
{
	const struct intervals *ranges = &g->ranges;
	for (uint32_t i = 0; i < ranges->count; i++)
		intervals_each_missing(
		    seen, ranges->lower[i].interval, show, a);
	intervals_each_missing(seen, ranges->top, show, a);
}

void
ledger_each_given_up(const struct ledger *l, ledger_range_fn *fn, void *owner)
{
	static const struct intervals none;
	char hex[2 * SOURCE_ID_LEN];
	struct given_up *g, *next;
	HASH_ITER(hh, l->chains.given_up.table, g, next) {
		const struct chain *chain = known_find(&l->chains,
		    (const unsigned char *)g->name, given_up_key(g));
		struct asked a = { .range = { .source = digits(g->name, hex),
				       .key = given_up_key(g) },
			.fn = fn,
			.owner = owner };
		if (chain != NULL) {
			a.range.host = chain->origin->host;
			a.range.path = chain->origin->path;
		}
		show_given_up(g, chain != NULL ? &chain->seen : &none, &a);
	}
}

void
ledger_each_chain(const struct ledger *l, ledger_chain_fn *fn, void *owner)
{
	char hex[2 * SOURCE_ID_LEN];
	for (const struct chain *it = l->chains.table; it; it = it->hh.next) {
		struct ledger_chain chain = { .source =
						  digits(it->origin->id, hex),
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
ledger_give_up(struct ledger *l, struct str source, struct str key,
    uint64_t from, uint64_t to)
{
	unsigned char id[SOURCE_ID_LEN];
	struct record claim = {
		.source = source, .key = key, .prev = from, .pos = to
	};
	if (!record_is_chained(&claim))
		return false;
	source_id_read(source, id);
	int news =
	    known_give_up(&l->chains, id, key, (struct interval){ from, to });
	l->account.gone += news == 1;
	return news != -1;
}
