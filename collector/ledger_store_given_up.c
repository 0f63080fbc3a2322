#include "collector/ledger_store_private.h"
#include "core/log.h"

#define ID_HEX (2 * SOURCE_ID_LEN)

static int64_t
sum_of(struct ledger_store *s, struct str id, struct str key, struct str ranges,
    int64_t since)
{
	row_sum_begin(s, "given_up");
	row_sum_text(s, id);
	row_sum_text(s, key);
	row_sum_text(s, ranges);
	row_sum_integer(s, since);
	return row_sum_end(s);
}

int
ledger_store_put_given_up(
    struct ledger_store *s, const struct given_up_row *row)
{
	char hex[ID_HEX];
	struct str id = { hex, ID_HEX };
	struct query *q = s->statements[PUT_GIVEN_UP];
	source_id_print(row->id, hex);
	query_bind_text(q, 1, id);
	query_bind_text(q, 2, row->key);
	query_bind_text(q, 3, row->ranges);
	query_bind_integer(q, 4, row->since);
	query_bind_integer(
	    q, 5, sum_of(s, id, row->key, row->ranges, row->since));
	return query_step(q);
}

int
ledger_store_drop_given_up(
    struct ledger_store *s, struct str id, struct str key)
{
	struct query *q = s->statements[DROP_GIVEN_UP];
	query_bind_text(q, 1, id);
	query_bind_text(q, 2, key);
	return query_step(q);
}

static bool
load_row(struct ledger_store *s, struct query *q, struct known *chains)
{
	unsigned char id[SOURCE_ID_LEN];
	struct intervals ranges = { 0 };
	struct str hex = query_text(q, 0), key = query_text(q, 1),
		   text = query_text(q, 2);
	int64_t since = query_integer(q, 3);
	if (!is_source_id(hex) || since < 0 || since > UINT32_MAX ||
	    query_integer(q, 4) != sum_of(s, hex, key, text, since) ||
	    intervals_parse(text, chains->now, &ranges) == -1)
		return false;
	source_id_read(hex, id);
	return known_restore_given_up(
		   chains, id, key, &ranges, (uint32_t)since) == 0;
}

int
ledger_store_load_given_up(struct ledger_store *s, struct known *chains)
{
	struct query *q = query_new(s->store,
	    "SELECT source, key, ranges, since, sum FROM given_up"
	    " ORDER BY since");
	size_t damaged = 0;
	int row;
	while ((row = query_step(q)) == 1)
		damaged += !load_row(s, q, chains);
	query_free(q);
	if (damaged > 0)
		log_warnx("stream %s: ledger: %zu damaged entries of what was "
			  "given up: it counts as missing again",
		    s->stream, damaged);
	return row;
}
