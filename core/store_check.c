#include "core/store_check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/log.h"
#include "core/str.h"
#include "core/xalloc.h"

static bool
is_damage(int code)
{
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* The first integer of the first row; -1 when there is none. */
static int
ask(sqlite3 *db, const char *sql, int64_t *answer)
{
	sqlite3_stmt *statement;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return -1;
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*answer = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : -1;
}

/* Its tables as SQLite notes them; to free. */
static char *
tables_of(sqlite3 *db)
{
	static const char sql[] =
	    "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master"
	    " WHERE sql IS NOT NULL ORDER BY name)";
	sqlite3_stmt *query;
	char *tables = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
		return NULL;
	if (sqlite3_step(query) == SQLITE_ROW &&
	    sqlite3_column_text(query, 0) != NULL)
		tables = xstrdup((const char *)sqlite3_column_text(query, 0));
	sqlite3_finalize(query);
	return tables;
}

/*
 * A flipped bit in a column's name is no damage to SQLite, and no statement
 * of ours would compile.  So they are compared with those of a new store.
 */
static bool
has_tables(sqlite3 *db, const char *schema)
{
	sqlite3 *fresh = NULL;
	char *wanted = NULL, *found = tables_of(db);
	if (sqlite3_open(":memory:", &fresh) == SQLITE_OK &&
	    sqlite3_exec(fresh, schema, NULL, NULL, NULL) == SQLITE_OK)
		wanted = tables_of(fresh);
	bool same =
	    wanted == NULL || (found != NULL && strcmp(found, wanted) == 0);
	sqlite3_close(fresh);
	free(wanted);
	free(found);
	return same;
}

/*
 * An empty file is a new one, unless there is a log beside it: SQLite never
 * writes a log before the file, and would remove it now.
 */
static bool
was_emptied(const char *path)
{
	struct stat st, log_st;
	char *log_path = xasprintf("%s-wal", path);
	bool emptied = stat(path, &st) == 0 && st.st_size == 0 &&
	    stat(log_path, &log_st) == 0 && log_st.st_size > 0;
	free(log_path);
	return emptied;
}

/* It cannot be had, today or at all. */
static int
refuse(sqlite3 *db, const char *path)
{
	log_warnx("%s: %s", path, sqlite3_errmsg(db));
	return -1;
}

int
store_check(
    sqlite3 *db, const char *path, const char *schema, int oldest, int version)
{
	int64_t found;
	sqlite3_stmt *check;
	if (was_emptied(path))
		return 0;
	if (ask(db, "PRAGMA user_version", &found) == -1)
		return is_damage(sqlite3_errcode(db)) ? 0 : refuse(db, path);
	/* 0: it was only begun. */
	if (found != 0 && (found < oldest || found > version)) {
		log_warnx("%s: written by %s weir (version %lld, this one "
			  "knows %d)",
		    path, found > version ? "a newer" : "an older",
		    (long long)found, version);
		return -1;
	}
	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &check, NULL) !=
	    SQLITE_OK)
		return is_damage(sqlite3_errcode(db)) ? 0 : refuse(db, path);
	int code = sqlite3_step(check);
	bool sound = code == SQLITE_ROW &&
	    str_equal(str_from((const char *)sqlite3_column_text(check, 0)),
		(struct str)STR("ok"));
	/* One that is locked, or cannot be read today, is not damaged. */
	bool answered = code == SQLITE_ROW || is_damage(code);
	if (!answered)
		refuse(db, path);
	sqlite3_finalize(check);
	if (sound && found == version)
		sound = has_tables(db, schema);
	return sound ? 1 : answered ? 0 : -1;
}
