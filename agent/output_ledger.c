#include "agent/output_ledger.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/store.h"
#include "core/xalloc.h"

struct output_file {
	UT_hash_handle hh;
	struct identity identity; /* no padding: three of 64 bits */
};

struct output_ledger {
	char *path;
	struct output_file *files;
	bool loaded;
};

struct output_ledger *
output_ledger_new(const char *state, const char *stream)
{
	struct output_ledger *l = xcalloc(1, sizeof(*l));
	l->path = xasprintf("%s/ledger/%s.db", state, stream);
	return l;
}

static void
drop_files(struct output_ledger *l)
{
	struct output_file *f, *next;
	HASH_ITER(hh, l->files, f, next) {
		HASH_DEL(l->files, f);
		free(f);
	}
	l->loaded = false;
}

/* It may just be made, and without its tables. */
static bool
has_table(struct store *store)
{
	struct query *q = query_new(store,
	    "SELECT 1 FROM sqlite_master WHERE type = 'table'"
	    " AND name = 'file'");
	bool has = query_step(q) == 1;
	query_free(q);
	return has;
}

static void
take_files(struct output_ledger *l, struct store *store)
{
	struct query *q =
	    query_new(store, "SELECT device, inode, birth FROM file");
	while (query_step(q) == 1) {
		struct output_file *f = xcalloc(1, sizeof(*f)), *old;
		f->identity.device = (uint64_t)query_integer(q, 0);
		f->identity.inode = (uint64_t)query_integer(q, 1);
		f->identity.birth = query_integer(q, 2);
		HASH_REPLACE(
		    hh, l->files, identity, sizeof(f->identity), f, old);
		free(old);
	}
	query_free(q);
}

/* Opened each time: a damaged one is set aside and begun anew. */
static void
load(struct output_ledger *l)
{
	drop_files(l);
	l->loaded = true;
	if (access(l->path, R_OK) == -1)
		return; /* there is none, or not for who asks */
	struct store *store = store_look(l->path);
	if (store != NULL && has_table(store))
		take_files(l, store);
	store_close(store);
}

static bool
has(struct output_ledger *l, const struct identity *file)
{
	struct output_file *f;
	HASH_FIND(hh, l->files, file, sizeof(*file), f);
	return f != NULL;
}

bool
output_ledger_has(
    struct output_ledger *l, const struct identity *file, bool again)
{
	bool fresh = !l->loaded;
	if (fresh)
		load(l);
	if (!has(l, file) && again && !fresh)
		load(l);
	return has(l, file);
}

void
output_ledger_forget(struct output_ledger *l)
{
	l->loaded = false;
}

void
output_ledger_free(struct output_ledger *l)
{
	drop_files(l);
	free(l->path);
	free(l);
}
