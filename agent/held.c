#include "agent/held.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/window.h"
#include "core/log.h"
#include "core/xalloc.h"

struct held_key *
held_find(const struct held *h, struct str key)
{
	struct held_key *k;
	if (h->keys == NULL)
		return NULL;
	HASH_FIND(hh, h->keys, key.data, key.len, k);
	return k;
}

struct held_key *
held_begin(struct held *h, struct str key)
{
	struct held_key *k = xcalloc(1, sizeof(*k) + key.len + 1);
	memcpy(k->key, key.data, key.len);
	HASH_ADD_KEYPTR(hh, h->keys, k->key, key.len, k);
	log_warnx("routing key %s: no queue is bound for it: its lines are "
		  "held until one is",
	    k->key);
	return k;
}

void
held_put(struct held *h, struct held_key *k, struct sealed *line)
{
	struct sealed **link = &k->first;
	/* Those returned come in order, and before those never sent. */
	if (k->put != NULL && k->put->number < line->number)
		link = &k->put->next;
	while (*link != NULL && (*link)->number < line->number)
		link = &(*link)->next;
	line->next = *link;
	*link = k->put = line;
	h->lines++;
	h->bytes += sealed_cost(line);
	k->lines++;
	span_source(line->span)->held++;
}

struct sealed *
held_take(struct held *h, struct held_key *k)
{
	struct sealed *line = k->first;
	if (line == NULL)
		return NULL;
	k->first = line->next;
	if (k->put == line)
		k->put = NULL;
	h->lines--;
	h->bytes -= sealed_cost(line);
	k->lines--;
	span_source(line->span)->held--;
	return line;
}

struct held_key *
held_try(struct held *h)
{
	struct held_key *k = h->keys;
	if (k == NULL || k->trying)
		return NULL;
	k->trying = true;
	/* Behind all others: it comes last now. */
	HASH_DEL(h->keys, k);
	HASH_ADD_KEYPTR(hh, h->keys, k->key, strlen(k->key), k);
	return k;
}

void
held_end(struct held *h, struct held_key *k)
{
	assert(k->first == NULL);
	HASH_DEL(h->keys, k);
	free(k);
}

void
held_clear(struct held *h)
{
	struct held_key *k, *next;
	HASH_ITER(hh, h->keys, k, next) {
		while (k->first != NULL) {
			struct sealed *line = k->first;
			k->first = line->next;
			free(line);
		}
		held_end(h, k);
	}
}
