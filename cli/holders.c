#include "cli/holders.h"

#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"

static void
add_holder(
    struct holder **holders, const struct answer *agent, const struct json *row)
{
	struct str source = json_text(row, "source");
	struct holder *h;
	HASH_FIND(hh, *holders, source.data, source.len, h);
	if (h == NULL) {
		h = xcalloc(1, sizeof(*h));
		h->source = source;
		h->ended = true;
		HASH_ADD_KEYPTR(hh, *holders, source.data, source.len, h);
	}
	if (h->agent != NULL && !h->ended)
		return;
	h->path = json_text(row, "path");
	h->agent = agent;
	h->ended = json_get_true(row, "ended");
}

static void
add_holders(struct holder **holders, const struct answer *agent)
{
	for (size_t p = 0; p < agent->count; p++) {
		const struct json *rows = json_get(agent->pages[p], "chains");
		for (size_t i = 0; i < json_count(rows); i++)
			add_holder(holders, agent, json_at(rows, i));
	}
}

struct holder *
holders_of(const struct answer *answers)
{
	struct holder *holders = NULL;
	for (const struct answer *a = answers; a != NULL; a = a->next)
		if (strcmp(a->role, "agent") == 0)
			add_holders(&holders, a);
	return holders;
}

const struct holder *
holders_find(const struct holder *holders, struct str source)
{
	const struct holder *found;
	HASH_FIND(hh, holders, source.data, source.len, found);
	return found;
}

void
holders_free(struct holder *holders)
{
	struct holder *h, *next;
	HASH_ITER(hh, holders, h, next) {
		HASH_DEL(holders, h);
		free(h);
	}
}
