#include "collector/given_up.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/xalloc.h"

struct str
given_up_key(const struct given_up *g)
{
	return (struct str){ g->name + SOURCE_ID_LEN, g->key_len };
}

/* UINT8_MAX is the longest key of a chain, too. */
static size_t
make_name(char name[SOURCE_ID_LEN + UINT8_MAX], const unsigned char *id,
    struct str key)
{
	assert(key.len <= UINT8_MAX);
	memcpy(name, id, SOURCE_ID_LEN);
	memcpy(name + SOURCE_ID_LEN, key.data, key.len);
	return SOURCE_ID_LEN + key.len;
}

struct given_up *
given_up_find(
    const struct given_up_set *set, const unsigned char *id, struct str key)
{
	char name[SOURCE_ID_LEN + UINT8_MAX];
	struct given_up *g;
	/* Nearly always there is nothing. */
	if (set->table == NULL || key.len > UINT8_MAX)
		return NULL;
	size_t len = make_name(name, id, key);
	HASH_FIND(hh, set->table, name, len, g);
	return g;
}

static struct given_up *
add(struct given_up_set *set, const unsigned char *id, struct str key)
{
	struct given_up *g = xcalloc(1, sizeof(*g) + SOURCE_ID_LEN + key.len);
	g->key_len = (uint8_t)key.len;
	memcpy(g->name, id, SOURCE_ID_LEN);
	memcpy(g->name + SOURCE_ID_LEN, key.data, key.len);
	HASH_ADD(hh, set->table, name[0], SOURCE_ID_LEN + key.len, g);
	return g;
}

static bool
has_room(const struct given_up_set *set, size_t more)
{
	return set->ranges + more <= GIVEN_UP_MAX;
}

/* Intervals of what is not empty. */
static size_t
count(const struct given_up *g)
{
	return (size_t)g->ranges.count + 1;
}

struct given_up *
given_up_add(struct given_up_set *set, const unsigned char *id, struct str key,
    struct interval range, uint32_t now)
{
	struct given_up *g = given_up_find(set, id, key);
	if (!has_room(set, 1)) {
		log_warnx(
		    "no more than %zu ranges can be given up", GIVEN_UP_MAX);
		return NULL;
	}
	if (g == NULL)
		g = add(set, id, key);
	else
		set->ranges -= count(g);
	intervals_add(&g->ranges, range, 0, NULL, NULL);
	set->ranges += count(g);
	set->changed += !g->is_changed;
	g->is_changed = true;
	given_up_renew(set, g, now);
	return g;
}

struct given_up *
given_up_restore(struct given_up_set *set, const unsigned char *id,
    struct str key, struct intervals *ranges, uint32_t since)
{
	if (key.len > UINT8_MAX || given_up_find(set, id, key) != NULL ||
	    !has_room(set, (size_t)ranges->count + 1)) {
		intervals_clear(ranges);
		return NULL;
	}
	struct given_up *g = add(set, id, key);
	g->ranges = *ranges;
	g->since = since;
	set->ranges += count(g);
	return g;
}

void
given_up_renew(struct given_up_set *set, struct given_up *g, uint32_t now)
{
	g->since = now;
	HASH_DEL(set->table, g);
	HASH_ADD(hh, set->table, name[0], SOURCE_ID_LEN + g->key_len, g);
}

bool
given_up_has(const struct given_up *g, struct interval range)
{
	return g != NULL && intervals_has_all(&g->ranges, range);
}

void
given_up_remove(struct given_up_set *set, struct given_up *g)
{
	set->ranges -= count(g);
	set->changed -= g->is_changed;
	HASH_DEL(set->table, g);
	intervals_clear(&g->ranges);
	free(g);
}

void
given_up_clear(struct given_up_set *set)
{
	struct given_up *g, *next;
	HASH_ITER(hh, set->table, g, next) {
		given_up_remove(set, g);
	}
}
