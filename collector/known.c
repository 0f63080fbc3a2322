#include "collector/known_private.h"

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

static void
release_origin(struct known *c, struct origin *o)
{
	if (--o->chains > 0)
		return;
	if (o->is_stored)
		known_note_forgotten(c, o->id, NULL);
	origins_remove(&c->origins, o);
}

/* Where a chain of that name is remembered, if it is. */
static struct chain **
recent_of(struct known *c, const unsigned char *id, struct str key)
{
	size_t first = key.len > 0 ? (unsigned char)key.data[0] : 0;
	return &c->recent[(id[0] + key.len + first) % CHAINS_RECENT];
}

struct chain **
known_list_of(struct known *c, const struct chain *chain)
{
	return chain->open > 0 ? &c->holed : &c->whole;
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
	struct str key = known_key(chain);
	if (chain->is_stored || chain->given_up != NULL)
		known_note_forgotten(c, o->id, &key);
	if (chain->given_up != NULL)
		given_up_remove(&c->given_up, chain->given_up);
	if (chain->change > 0)
		c->changed[chain->change - 1] = NULL;
	if (*recent_of(c, o->id, key) == chain)
		*recent_of(c, o->id, key) = NULL;
	DL_DELETE(*known_list_of(c, chain), chain);
	HASH_DEL(c->table, chain);
	c->bytes -= chain_size(chain);
	c->holes -= chain->seen.count;
	c->open -= chain->open;
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
	chain->given_up = given_up_find(&c->given_up, o->id, key);
	chain->key_len = (uint8_t)key.len;
	memcpy(chain->name, o->id, SOURCE_ID_LEN);
	memcpy(chain->name + SOURCE_ID_LEN, key.data, key.len);
	HASH_ADD(hh, c->table, name[0], SOURCE_ID_LEN + key.len, chain);
	c->bytes += chain_size(chain);
	o->chains++;
	return chain;
}

struct chain *
known_find(const struct known *c, const unsigned char *id, struct str key)
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

void
known_renew(struct known *c, struct chain *chain, struct chain **was)
{
	struct chain **list = known_list_of(c, chain);
	chain->used = c->activity;
	if (list == was && chain->next == NULL)
		return;
	DL_DELETE(*was, chain);
	append(list, chain);
}

static void
merge(struct known *c, struct chain *chain, struct interval add)
{
	struct closed closed = { c, chain };
	struct chain **was = known_list_of(c, chain);
	size_t size = chain_size(chain);
	uint32_t holes = chain->seen.count;
	bool is_next = add.from == chain->seen.top.to;
	bool changed =
	    intervals_add(&chain->seen, add, c->now, on_closed, &closed);
	c->holes = c->holes - holes + chain->seen.count;
	bound_holes(c, chain);
	c->bytes = c->bytes - size + chain_size(chain);
	/* The next line of a chain changes none of its holes. */
	if (!is_next || holes != chain->seen.count)
		known_count_open(c, chain);
	known_renew(c, chain, was);
	if (changed)
		known_note_change(c, chain);
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
	merge(c, chain, (struct interval){ r->prev, r->pos });
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
	known_count_open(c, chain);
	append(known_list_of(c, chain), chain);
	return chain;
}

void
known_expire(struct known *c, uint32_t before, size_t most)
{
	struct chain *oldest;
	for (size_t n = 0; n < most; n++) {
		oldest = c->whole;
		if (oldest == NULL || oldest->used >= before)
			break;
		forget(c, oldest);
	}
	known_expire_given_up(c, before, most);
}

void
known_clear(struct known *c)
{
	struct chain *chain, *after;
	HASH_ITER(hh, c->table, chain, after) {
		chain->is_stored = chain->origin->is_stored = false;
		forget(c, chain);
	}
	given_up_clear(&c->given_up);
	origins_clear(&c->origins);
	free(c->changed);
	for (size_t i = 0; i < c->forgotten_count; i++)
		free((char *)(uintptr_t)c->forgotten[i].key.data);
	free(c->forgotten);
}
