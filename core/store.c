#include "core/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/store_check.h"
#include "core/store_memory.h"
#include "core/xalloc.h"

struct store {
	sqlite3 *db;
	char *path;
	char *said; /* the trouble last logged; NULL: all is well */
	bool damaged;
	bool is_new;
	dev_t device; /* of the file, as it was opened */
	ino_t inode;
};

struct query {
	struct store *store;
	sqlite3_stmt *statement;
};

static int
complain(struct store *s)
{
	const char *what = sqlite3_errmsg(s->db);
	if (s->said != NULL && strcmp(s->said, what) == 0)
		return -1;
	free(s->said);
	s->said = xstrdup(what);
	log_warnx("%s: %s", s->path, what);
	return -1;
}

int
store_run(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return complain(s);
	return 0;
}

int
store_begin(struct store *s)
{
	/* The last one could not be taken back, and would be for ever. */
	if (!sqlite3_get_autocommit(s->db) && store_run(s, "ROLLBACK") == -1)
		return -1;
	return store_run(s, "BEGIN IMMEDIATE");
}

int
store_end(struct store *s, bool good)
{
	if (good && store_run(s, "COMMIT") == 0) {
		free(s->said);
		s->said = NULL;
		return 0;
	}
	/* After some errors SQLite has taken everything back already. */
	if (!sqlite3_get_autocommit(s->db))
		store_run(s, "ROLLBACK");
	return -1;
}

static int
prepare(struct store *s, const char *schema, int version)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
	if (store_run(s, "PRAGMA journal_mode = WAL") == -1 ||
	    store_run(s, "PRAGMA synchronous = FULL") == -1 ||
	    store_run(s, schema) == -1 || store_run(s, sql) == -1)
		return -1;
	return 0;
}

/* The write-ahead log belongs to the file and goes with it. */
static int
set_aside(struct store *s)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	long long now = (long long)(clock_realtime() / NS_PER_SECOND);
	int result = 0;
	for (size_t i = 0; i < 3; i++) {
		char *from = xasprintf("%s%s", s->path, suffixes[i]);
		char *to =
		    xasprintf("%s.damaged-%lld%s", s->path, now, suffixes[i]);
		if (rename(from, to) == -1 && i == 0) {
			log_warn("rename %s to %s", from, to);
			result = -1;
		} else if (i == 0)
			log_warnx("%s: damaged, set aside as %s", from, to);
		free(from);
		free(to);
	}
	return result;
}

static int
open_database(struct store *s)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
	struct stat st;
	s->is_new = stat(s->path, &st) == -1 || st.st_size == 0;
	mode_t mask = umask(0077);
	int code = sqlite3_open_v2(s->path, &s->db, flags, NULL);
	umask(mask);
	if (code != SQLITE_OK)
		return complain(s);
	sqlite3_busy_timeout(s->db, 5000);
	return 0;
}

static void
note_file(struct store *s)
{
	struct stat st;
	if (stat(s->path, &st) == -1)
		return; /* and so it is gone */
	s->device = st.st_dev;
	s->inode = st.st_ino;
}

struct store *
store_open(const char *path, const char *schema, int oldest, int version)
{
	struct store *s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(path);
	store_memory_init();
	if (open_database(s) == -1)
		goto fail;
	int sound = store_check(s->db, s->path, schema, oldest, version);
	if (sound == 0) {
		sqlite3_close(s->db);
		s->db = NULL;
		s->damaged = true;
		if (set_aside(s) == -1 || open_database(s) == -1)
			goto fail;
	}
	if (sound == -1 || prepare(s, schema, version) == -1)
		goto fail;
	note_file(s);
	return s;

fail:
	store_close(s);
	return NULL;
}

struct store *
store_look(const char *path)
{
	struct store *s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(path);
	store_memory_init();
	int flags =
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(s->db, 5000);
		return s;
	}
	store_close(s);
	return NULL;
}

bool
store_was_damaged(const struct store *s)
{
	return s->damaged;
}

bool
store_is_new(const struct store *s)
{
	return s->is_new;
}

bool
store_is_gone(const struct store *s)
{
	struct stat st;
	return stat(s->path, &st) == -1 || st.st_dev != s->device ||
	    st.st_ino != s->inode;
}

struct query *
query_new(struct store *s, const char *sql)
{
	struct query *q = xcalloc(1, sizeof(*q));
	q->store = s;
	if (sqlite3_prepare_v2(s->db, sql, -1, &q->statement, NULL) !=
	    SQLITE_OK)
		complain(s);
	return q;
}

void
query_bind_text(struct query *q, int index, struct str text)
{
	sqlite3_bind_text64(q->statement, index, text.data ? text.data : "",
	    text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void
query_bind_integer(struct query *q, int index, int64_t value)
{
	sqlite3_bind_int64(q->statement, index, value);
}

int
query_step(struct query *q)
{
	int code = sqlite3_step(q->statement);
	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		complain(q->store);
	sqlite3_reset(q->statement);
	return code == SQLITE_DONE ? 0 : -1;
}

struct str
query_text(struct query *q, int column)
{
	const void *text = sqlite3_column_blob(q->statement, column);
	int len = sqlite3_column_bytes(q->statement, column);
	return (struct str){ text, (size_t)len };
}

int64_t
query_integer(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

void
query_free(struct query *q)
{
	if (q == NULL)
		return;
	sqlite3_finalize(q->statement);
	free(q);
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	sqlite3_close(s->db);
	free(s->said);
	free(s->path);
	free(s);
}
