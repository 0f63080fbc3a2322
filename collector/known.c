#include "collector/known.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "core/log.h"

/* What malloc and the tables take for a chain, roughly. */
#define OVERHEAD 32

void
known_init(struct known *c, const char *stream)
{
	*c = (struct known){ .stream = stream };
}

struct str
known_key(const struct chain *chain)
{
	return (struct str){ chain->name + SOURCE_ID_LEN, chain->key_len };
}

static size_t
chain_size(const struct chain *chain)
{
	return sizeof(*chain) + OVERHEAD + SOURCE_ID_LEN + chain->key_len +
	    chain->seen.room * sizeof(struct lower);
}

/* Remember that a row is to go from the disk. */
static void
note_forgotten(struct known *c, const unsigned char *id, const struct chain *of)
{
	if (c->forgotten_count == c->forgotten_room) {
		c->forgotten_room =
		    c->forgotten_room > 0 ? 2 * c->forgotten_room : 16;
		c->forgotten = xrealloc(
		    c->forgotten, c->forgotten_room * sizeof(*c->forgotten));
	}
	struct forgotten *f = &c->forgotten[c->forgotten_count++];
	*f = (struct forgotten){ .is_source = of == NULL };
	memcpy(f->id, id, SOURCE_ID_LEN);
	if (of != NULL) {
		struct str key = known_key(of);
		f->key = (struct str){ str_copy(key), key.len };
	}
}

static void
release_origin(struct known *c, struct origin *o)
{
	if (--o->chains > 0)
		return;
	if (o->is_stored)
		note_forgotten(c, o->id, NULL);
	origins_remove(&c->origins, o);
}

/* Where a chain of that name is remembered, if it is. */
static struct chain **
recent_of(struct known *c, const unsigned char *id, struct str key)
{
	size_t first = key.len > 0 ? (unsigned char)key.data[0] : 0;
	return &c->recent[(id[0] + key.len + first) % CHAINS_RECENT];
}

static struct chain **
list_of(struct known *c, const struct chain *chain)
{
	return chain->seen.count > 0 ? &c->holed : &c->whole;
}

/* To the end of its list: it was used last. */
static void
append(struct chain **list, struct chain *chain)
{
	assert(*list == NULL || (*list)->prev != NULL);
	DL_APPEND(*list, chain);
}

static void
forget(struct known *c, struct chain *chain)
{
	struct origin *o = chain->origin;
	if (chain->is_stored)
		note_forgotten(c, o->id, chain);
	if (chain->change > 0)
		c->changed[chain->change - 1] = NULL;
	if (*recent_of(c, o->id, known_key(chain)) == chain)
		*recent_of(c, o->id, known_key(chain)) = NULL;
	DL_DELETE(*list_of(c, chain), chain);
	HASH_DEL(c->table, chain);
	c->bytes -= chain_size(chain);
	c->holes -= chain->seen.count;
	intervals_clear(&chain->seen);
	free(chain);
	release_origin(c, o);
}

/* Room for one more, somehow. */
static bool
make_room(struct known *c)
{
	while (HASH_COUNT(c->table) >= CHAINS_MAX ||
	    c->bytes + c->origins.bytes >= CHAINS_BYTES_MAX) {
		if (c->whole == NULL)
			return false;
		forget(c, c->whole);
		c->gave_way = true;
	}
	return true;
}

/* In no list yet. */
static struct chain *
chain_new(struct known *c, struct origin *o, struct str key)
{
	assert(key.len <= CHAIN_KEY_MAX);
	struct chain *chain =
	    xcalloc(1, sizeof(*chain) + SOURCE_ID_LEN + key.len);
	chain->origin = o;
	chain->key_len = (uint8_t)key.len;
	memcpy(chain->name, o->id, SOURCE_ID_LEN);
	memcpy(chain->name + SOURCE_ID_LEN, key.data, key.len);
	HASH_ADD(hh, c->table, name[0], SOURCE_ID_LEN + key.len, chain);
	c->bytes += chain_size(chain);
	o->chains++;
	return chain;
}

struct chain *
known_find(struct known *c, const unsigned char *id, struct str key)
{
	char name[SOURCE_ID_LEN + CHAIN_KEY_MAX];
	struct chain *chain;
	if (key.len > CHAIN_KEY_MAX)
		return NULL;
	memcpy(name, id, SOURCE_ID_LEN);
	memcpy(name + SOURCE_ID_LEN, key.data, key.len);
	HASH_FIND(hh, c->table, name, SOURCE_ID_LEN + key.len, chain);
	return chain;
}

static void
note_change(struct known *c, struct chain *chain)
{
	if (chain->change > 0)
		return;
	if (c->changed_count == c->changed_room) {
		c->changed_room =
		    c->changed_room > 0 ? 2 * c->changed_room : 64;
		c->changed = xrealloc(
		    c->changed, c->changed_room * sizeof(struct chain *));
	}
	c->changed[c->changed_count++] = chain;
	chain->change = c->changed_count;
}

/* Keep holes within their bounds. */
static void
bound_holes(struct known *c, struct chain *chain)
{
	while (chain->seen.count > CHAIN_HOLES_MAX ||
	    (chain->seen.count > 0 && c->holes > CHAINS_HOLES_MAX)) {
		if (c->forgotten_holes++ == 0)
			log_warnx("stream %s: too many holes to keep count of: "
				  "forgetting the oldest, first that of %s",
			    c->stream, known_label(chain).text);
		intervals_forget_lowest(&chain->seen);
		c->holes--;
	}
}

struct closed {
	const struct known *chains;
	const struct chain *chain;
};

static void
on_closed(void *owner, uint64_t from, uint64_t to)
{
	const struct closed *closed = owner;
	log_info("stream %s: %s: bytes %llu to %llu are no longer missing",
	    closed->chains->stream, known_label(closed->chain).text,
	    (unsigned long long)from, (unsigned long long)to);
}

/* The chain was used: it goes to the end of its list. */
static void
renew(struct known *c, struct chain *chain, struct chain **was)
{
	struct chain **list = list_of(c, chain);
	chain->used = c->activity;
	if (list == was && chain->next == NULL)
		return;
	DL_DELETE(*was, chain);
	append(list, chain);
}

bool
known_add(struct known *c, struct chain *chain, struct interval add)
{
	struct closed closed = { c, chain };
	struct chain **was = list_of(c, chain);
	size_t size = chain_size(chain);
	c->holes -= chain->seen.count;
	bool changed =
	    intervals_add(&chain->seen, add, c->now, on_closed, &closed);
	c->holes += chain->seen.count;
	bound_holes(c, chain);
	c->bytes = c->bytes - size + chain_size(chain);
	renew(c, chain, was);
	if (changed)
		note_change(c, chain);
	return changed;
}

/* Nearly always the line before was of the same source. */
static bool
is_of_last(const struct known *c, const struct record *r)
{
	return c->last_source[0] != '\0' &&
	    r->source.len == sizeof(c->last_source) &&
	    memcmp(r->source.data, c->last_source, r->source.len) == 0;
}

/* The chain of `r`, which is new; NULL: no room, or not believed. */
static struct chain *
make_chain(struct known *c, const struct record *r)
{
	if (r->key.len > CHAIN_KEY_MAX || r->user.len > ORIGIN_USER_MAX ||
	    !make_room(c))
		return NULL;
	struct origin *o = origins_find(&c->origins, c->last_id);
	if (o == NULL)
		o = origins_add(
		    &c->origins, c->last_id, r->user, r->host, r->path);
	if (!str_equal(r->user, o->user))
		return NULL;
	struct chain *chain = chain_new(c, o, r->key);
	append(&c->whole, chain);
	return chain;
}

/* The chain of `r`, made if it is new; NULL: there can be none. */
static struct chain *
chain_of(struct known *c, const struct record *r)
{
	if (!is_of_last(c, r)) {
		if (!record_is_chained(r))
			return NULL;
		memcpy(c->last_source, r->source.data, r->source.len);
		source_id_read(r->source, c->last_id);
	} else if (r->key.len == 0 || r->prev >= r->pos || r->pos > INT64_MAX)
		return NULL; /* of record_is_chained the rest is known */
	struct chain **recent = recent_of(c, c->last_id, r->key);
	if (*recent != NULL && str_equal(r->key, known_key(*recent)) &&
	    memcmp((*recent)->name, c->last_id, SOURCE_ID_LEN) == 0)
		return *recent;
	struct chain *chain = known_find(c, c->last_id, r->key);
	if (chain == NULL)
		chain = make_chain(c, r);
	if (chain != NULL)
		*recent = chain;
	return chain;
}

enum line_kind
known_note(struct known *c, const struct record *r)
{
	struct chain *chain = chain_of(c, r);
	if (chain == NULL || !str_equal(r->user, chain->origin->user))
		return LINE_UNIDENTIFIED;
	bool is_repeat = intervals_has(&chain->seen, r->pos);
	known_add(c, chain, (struct interval){ r->prev, r->pos });
	return is_repeat ? LINE_REPEAT : LINE_NEW;
}

struct origin *
known_restore_origin(struct known *c, const unsigned char *id, struct str user,
    struct str host, struct str path)
{
	if (origins_find(&c->origins, id) != NULL)
		return NULL;
	struct origin *o = origins_add(&c->origins, id, user, host, path);
	o->is_stored = true;
	return o;
}

struct chain *
known_restore(struct known *c, const unsigned char *id, struct str key,
    struct intervals *seen, uint32_t used)
{
	struct origin *o = origins_find(&c->origins, id);
	if (o == NULL || key.len > CHAIN_KEY_MAX ||
	    known_find(c, id, key) != NULL) {
		intervals_clear(seen);
		return NULL;
	}
	struct chain *chain = chain_new(c, o, key);
	chain->is_stored = true;
	chain->used = used;
	c->bytes -= chain_size(chain);
	chain->seen = *seen;
	c->bytes += chain_size(chain);
	c->holes += seen->count;
	append(list_of(c, chain), chain);
	return chain;
}

void
known_expire(struct known *c, uint32_t before, size_t most)
{
	while (most-- > 0 && c->whole != NULL && c->whole->used < before)
		forget(c, c->whole);
}

bool
known_are_unchanged(const struct known *c)
{
	return c->changed_count == 0 && c->forgotten_count == 0;
}

void
known_changes_taken(struct known *c)
{
	for (uint32_t i = 0; i < c->changed_count; i++)
		if (c->changed[i] != NULL)
			c->changed[i]->change = 0;
	c->changed_count = 0;
	c->forgotten_count = 0;
}

void
known_clear(struct known *c)
{
	struct chain *chain, *after;
	HASH_ITER(hh, c->table, chain, after) {
		chain->is_stored = chain->origin->is_stored = false;
		forget(c, chain);
	}
	origins_clear(&c->origins);
	free(c->changed);
	for (size_t i = 0; i < c->forgotten_count; i++)
		free((char *)(uintptr_t)c->forgotten[i].key.data);
	free(c->forgotten);
}
