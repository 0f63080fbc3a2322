#include "agent/checkpoint_look.h"

#include <stdlib.h>

#include "core/store.h"
#include "core/xalloc.h"

int
checkpoint_look(const char *state, const char *input, uint64_t *safe)
{
	char *path = xasprintf("%s/checkpoint.db", state);
	struct store *store = store_look(path);
	free(path);
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
