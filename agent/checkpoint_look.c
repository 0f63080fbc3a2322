#include "agent/checkpoint_look.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/escape.h"
#include "core/store.h"
#include "core/xalloc.h"

static struct store *
look(const char *state)
{
	char *path = xasprintf("%s/checkpoint.db", state);
	/* SQLite would find out later, and say so. */
	struct store *store = access(path, R_OK) == 0 ? store_look(path) : NULL;
	free(path);
	return store;
}

int
checkpoint_look(const char *state, const char *input, uint64_t *safe)
{
	struct store *store = look(state);
	if (store == NULL)
		return -1;
	/* Of a source that was given a new id there may be two. */
	struct query *q = query_new(store,
	    "SELECT safe FROM source WHERE input = ? AND device = 0 AND"
	    " inode = 0 AND birth = 0 ORDER BY safe DESC LIMIT 1");
	query_bind_text(q, 1, str_from(input));
	int found = query_step(q);
	if (found == 1)
		*safe = (uint64_t)query_integer(q, 0);
	query_free(q);
	store_close(store);
	return found == 1 ? 0 : -1;
}

static struct json *
file_row(struct query *q)
{
	struct json *row = json_new();
	struct buffer path = { 0 };
	escape_name(&path, query_text(q, 2));
	json_set_text(row, "input", query_text(q, 0));
	json_set_text(row, "source", query_text(q, 1));
	json_set_text(row, "path", buffer_str(&path));
	json_set_integer(row, "confirmed", query_integer(q, 3));
	if (query_integer(q, 4))
		json_set_true(row, "same");
	buffer_clear(&path);
	return row;
}

struct json *
checkpoint_look_file(
    const char *state, const char *path, const struct identity *identity)
{
	static const struct identity none;
	const struct identity *wanted = identity != NULL ? identity : &none;
	struct store *store = look(state);
	if (store == NULL)
		return NULL;
	struct json *list = json_new_list();
	struct query *q = query_new(store,
	    "SELECT input, id, path, safe,"
	    " device = ?1 AND inode = ?2 AND birth = ?3 AS same FROM source"
	    " WHERE inode != 0 AND (same OR path = ?4)"
	    " ORDER BY same DESC, safe DESC LIMIT 100");
	query_bind_integer(q, 1, (int64_t)wanted->device);
	query_bind_integer(q, 2, (int64_t)wanted->inode);
	query_bind_integer(q, 3, wanted->birth);
	query_bind_text(q, 4, str_from(path));
	while (query_step(q) == 1)
		json_push(list, file_row(q));
	query_free(q);
	store_close(store);
	return list;
}
