#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ledger_store_private.h"
#include "core/log.h"

#define ID_HEX (2 * SOURCE_ID_LEN)

/* The query of that kind with its first text bound. */
static struct query *
statement(struct ledger_store *s, enum statement which, struct str first)
{
	struct query *q = s->statements[which];
	query_bind_text(q, 1, first);
	return q;
}

static int64_t
source_sum(struct ledger_store *s, struct str id, struct str user,
    struct str host, struct str path)
{
	row_sum_begin(s, "source");
	row_sum_text(s, id);
	row_sum_text(s, user);
	row_sum_text(s, host);
	row_sum_text(s, path);
	return row_sum_end(s);
}

static int64_t
chain_sum(struct ledger_store *s, struct str id, struct str key,
    struct str seen, int64_t used)
{
	row_sum_begin(s, "chain");
	row_sum_text(s, id);
	row_sum_text(s, key);
	row_sum_text(s, seen);
	row_sum_integer(s, used);
	return row_sum_end(s);
}

static int
put_source(struct ledger_store *s, const struct source_row *row)
{
	char hex[ID_HEX];
	struct str id = { hex, ID_HEX };
	source_id_print(row->id, hex);
	struct query *q = statement(s, PUT_SOURCE, id);
	query_bind_text(q, 2, row->user);
	query_bind_text(q, 3, row->host);
	query_bind_text(q, 4, row->path);
	query_bind_integer(
	    q, 5, source_sum(s, id, row->user, row->host, row->path));
	return query_step(q);
}

static int
put_chain(struct ledger_store *s, const struct chain_row *row)
{
	char hex[ID_HEX];
	struct str id = { hex, ID_HEX };
	source_id_print(row->id, hex);
	struct query *q = statement(s, PUT_CHAIN, id);
	query_bind_text(q, 2, row->key);
	query_bind_text(q, 3, row->seen);
	query_bind_integer(q, 4, row->used);
	query_bind_integer(
	    q, 5, chain_sum(s, id, row->key, row->seen, row->used));
	return query_step(q);
}

static int
drop(struct ledger_store *s, const struct forgotten *f)
{
	char hex[ID_HEX];
	struct str id = { hex, ID_HEX };
	source_id_print(f->id, hex);
	if (f->is_source)
		return query_step(statement(s, DROP_SOURCE, id));
	struct query *q = statement(s, DROP_CHAIN, id);
	query_bind_text(q, 2, f->key);
	if (query_step(q) == -1)
		return -1;
	return ledger_store_drop_given_up(s, id, f->key);
}

int
ledger_store_put_cut(struct ledger_store *s, const struct cut *cut)
{
	for (size_t i = 0; i < cut->forgotten_count; i++)
		if (drop(s, &cut->forgotten[i]) == -1)
			return -1;
	for (size_t i = 0; i < cut->source_count; i++)
		if (put_source(s, &cut->sources[i]) == -1)
			return -1;
	for (size_t i = 0; i < cut->chain_count; i++)
		if (put_chain(s, &cut->chains[i]) == -1)
			return -1;
	for (size_t i = 0; i < cut->given_up_count; i++)
		if (ledger_store_put_given_up(s, &cut->given_up[i]) == -1)
			return -1;
	return ledger_store_put_state(s, &cut->state);
}

/* ---- The ledger as a whole ---- */

static int64_t
state_sum(struct ledger_store *s, struct str name, struct str value)
{
	row_sum_begin(s, "state");
	row_sum_text(s, name);
	row_sum_text(s, value);
	return row_sum_end(s);
}

static int
put_state(struct ledger_store *s, const char *name, const char *value)
{
	struct query *q = statement(s, PUT_STATE, str_from(name));
	query_bind_text(q, 2, str_from(value));
	query_bind_integer(q, 3, state_sum(s, str_from(name), str_from(value)));
	return query_step(q);
}

/* 1 and a copy to free; 0: none, or damaged, which is said; -1: said. */
static int
load_state(struct ledger_store *s, const char *name, char **value)
{
	struct query *q =
	    query_new(s->store, "SELECT value, sum FROM state WHERE name = ?");
	query_bind_text(q, 1, str_from(name));
	int found = query_step(q);
	if (found == 1) {
		struct str text = query_text(q, 0);
		found =
		    query_integer(q, 1) == state_sum(s, str_from(name), text);
		if (found == 1)
			*value = str_copy(text);
		else
			log_warnx("stream %s: ledger: damaged entry %s",
			    s->stream, name);
	}
	query_free(q);
	return found;
}

/* What the state says, each a number of 64 bits. */
#define NUMBER(member)                                      \
	{                                                   \
#member, offsetof(struct state_row, member) \
	}
static const struct number {
	const char *name;
	size_t offset;
} numbers[] = {
	NUMBER(commits),
	NUMBER(activity),
	NUMBER(most),
	NUMBER(since),
	NUMBER(bound),
	NUMBER(account.lines),
	NUMBER(account.repeats),
	NUMBER(account.unidentified),
	NUMBER(account.unchained),
	NUMBER(account.gone),
	NUMBER(account.forgotten),
};
#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

int
ledger_store_put_state(struct ledger_store *s, const struct state_row *row)
{
	struct buffer value = { 0 };
	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t number;
		memcpy(&number, (const char *)row + numbers[i].offset,
		    sizeof(number));
		buffer_printf(
		    &value, "%s=%" PRIu64 " ", numbers[i].name, number);
	}
	buffer_append_byte(&value, '\0');
	int result = put_state(s, "ledger", value.data);
	buffer_clear(&value);
	return result;
}

/* Its text is behind a checksum, and is ours. */
static bool
read_number(struct str word, const struct number *n, struct state_row *row)
{
	struct str name;
	if (!str_next_word(&word, "=", &name) ||
	    !str_equal(name, str_from(n->name)) || word.len < 2)
		return false;
	uint64_t number = strtoull(word.data + 1, NULL, 10);
	memcpy((char *)row + n->offset, &number, sizeof(number));
	return true;
}

int
ledger_store_load_state(struct ledger_store *s, struct state_row *row)
{
	char *value;
	*row = (struct state_row){ 0 };
	int found = load_state(s, "ledger", &value);
	if (found != 1)
		return found;
	struct str rest = str_from(value), word;
	for (size_t i = 0; i < NUMBERS && found == 1; i++)
		if (!str_next_word(&rest, " ", &word) ||
		    !read_number(word, &numbers[i], row))
			found = 0;
	free(value);
	return found;
}

int
ledger_store_put_feed(struct ledger_store *s, const char *feed)
{
	return put_state(s, "feed", feed);
}

int
ledger_store_load_feed(struct ledger_store *s, char **feed)
{
	return load_state(s, "feed", feed);
}

/* ---- Reading chains ---- */

bool
is_source_id(struct str text)
{
	struct record r = {
		.source = text, .key = STR("k"), .prev = 0, .pos = 1
	};
	return record_is_chained(&r);
}

static bool
load_source(struct ledger_store *s, struct query *q, struct known *chains)
{
	unsigned char id[SOURCE_ID_LEN];
	struct str hex = query_text(q, 0), user = query_text(q, 1),
		   host = query_text(q, 2), path = query_text(q, 3);
	if (!is_source_id(hex) ||
	    query_integer(q, 4) != source_sum(s, hex, user, host, path))
		return false;
	source_id_read(hex, id);
	return known_restore_origin(chains, id, user, host, path) != NULL;
}

static bool
load_chain(struct ledger_store *s, struct query *q, struct known *chains)
{
	unsigned char id[SOURCE_ID_LEN];
	struct intervals seen = { 0 };
	struct str hex = query_text(q, 0), key = query_text(q, 1),
		   text = query_text(q, 2);
	int64_t used = query_integer(q, 3);
	if (!is_source_id(hex) || used < 0 || used > UINT32_MAX ||
	    query_integer(q, 4) != chain_sum(s, hex, key, text, used) ||
	    intervals_parse(text, chains->now, &seen) == -1)
		return false;
	source_id_read(hex, id);
	return known_restore(chains, id, key, &seen, (uint32_t)used) != NULL;
}

typedef bool
load_row(struct ledger_store *s, struct query *q, struct known *chains);

/* Returns how many rows were damaged, or -1. */
static int64_t
load_rows(struct ledger_store *s, const char *select, load_row *load,
    struct known *chains)
{
	struct query *q = query_new(s->store, select);
	int64_t damaged = 0;
	int row;
	while ((row = query_step(q)) == 1)
		damaged += !load(s, q, chains);
	query_free(q);
	return row == 0 ? damaged : -1;
}

int
ledger_store_load(struct ledger_store *s, struct known *chains)
{
	int64_t sources =
	    load_rows(s, "SELECT id, user, host, path, sum FROM source",
		load_source, chains);
	if (sources == -1)
		return -1;
	if (ledger_store_load_given_up(s, chains) == -1)
		return -1;
	int64_t damaged = load_rows(s,
	    "SELECT source, key, seen, used, sum FROM chain ORDER BY used",
	    load_chain, chains);
	if (damaged == -1)
		return -1;
	if (damaged > 0 || sources > 0)
		log_warnx("stream %s: ledger: %" PRId64 " damaged entries of "
			  "chains and %" PRId64 " of sources: they begin "
			  "anew, lines could repeat",
		    s->stream, damaged, sources);
	return 0;
}
