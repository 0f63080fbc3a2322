#include "agent/unroutable.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/xalloc.h"

#define KEYS_MAX 1000

/* All keys beyond KEYS_MAX; no routing key looks like it. */
static const struct str others = STR("(other keys)");

struct unroutable_key {
	UT_hash_handle hh;
	uint64_t count;
	char key[];
};

static struct unroutable_key *
find(const struct unroutable *u, struct str key)
{
	struct unroutable_key *k;
	HASH_FIND(hh, u->keys, key.data, key.len, k);
	return k;
}

static struct unroutable_key *
add(struct unroutable *u, struct str key)
{
	struct unroutable_key *k = xcalloc(1, sizeof(*k) + key.len + 1);
	memcpy(k->key, key.data, key.len);
	HASH_ADD_KEYPTR(hh, u->keys, k->key, key.len, k);
	log_warnx("routing key %s: no queue is bound for it: its lines go "
		  "nowhere and are counted as unroutable",
	    k->key);
	return k;
}

void
unroutable_count(struct unroutable *u, struct str key)
{
	struct unroutable_key *k = find(u, key);
	if (k == NULL && HASH_COUNT(u->keys) >= KEYS_MAX) {
		key = others;
		k = find(u, key);
	}
	if (k == NULL)
		k = add(u, key);
	k->count++;
}

void
unroutable_report(const struct unroutable *u)
{
	const struct unroutable_key *k, *next;
	HASH_ITER(hh, u->keys, k, next)
		log_info("unroutable: %s: %" PRIu64, k->key, k->count);
}

void
unroutable_clear(struct unroutable *u)
{
	struct unroutable_key *k, *next;
	HASH_ITER(hh, u->keys, k, next) {
		HASH_DEL(u->keys, k);
		free(k);
	}
}
