#include "agent/chains.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"

static struct chain *
find(const struct chains *c, struct str key)
{
	struct chain *chain;
	HASH_FIND(hh, c->table, key.data, key.len, chain);
	return chain;
}

static struct chain *
add(struct chains *c, struct str key)
{
	struct chain *chain = xcalloc(1, sizeof(*chain) + key.len);
	chain->len = key.len;
	memcpy(chain->key, key.data, key.len);
	HASH_ADD_KEYPTR(hh, c->table, chain->key, key.len, chain);
	return chain;
}

struct chain *
chains_link(
    struct chains *c, struct str key, uint64_t pos, int64_t now, uint64_t *prev)
{
	struct chain *chain = find(c, key);
	*prev = 0;
	if (chain == NULL && HASH_COUNT(c->table) >= CHAINS_MAX) {
		c->unchained++;
		return NULL;
	}
	if (chain == NULL) {
		chain = add(c, key);
		chain->began = now;
	}
	assert(chain->last < pos);
	*prev = chain->last;
	chain->last = pos;
	return chain;
}

struct chain *
chains_add(struct chains *c, struct str key, uint64_t end, int64_t began)
{
	struct chain *chain = add(c, key);
	chain->last = chain->end = end;
	chain->began = began;
	return chain;
}

struct str
chain_key(const struct chain *chain)
{
	return (struct str){ chain->key, chain->len };
}

void
chains_clear(struct chains *c)
{
	struct chain *chain, *next;
	HASH_ITER(hh, c->table, chain, next) {
		HASH_DEL(c->table, chain);
		free(chain);
	}
}
