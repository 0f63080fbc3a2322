/*
 * What must survive a crash: SQLite in WAL mode with synchronous=FULL, so
 * that a transaction that was committed stays.  This wraps what we use of it
 * and logs every error with the name of the file.
 *
 * A store may be handed to a work item of the loop, which then alone uses it
 * until it returns.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include <stdint.h>

#include "core/str.h"

struct store;
struct query;

/*
 * Open or create `path`, 0600, and bring it to `schema` (statements that
 * create what is missing).  `version` is that of the schema; one from
 * `oldest` on has the same tables but for some that came later.  A file that
 * is damaged is set aside as PATH.damaged-SECONDS, said, and a new one
 * begun.  Returns NULL, having said why, when the file cannot be had or was
 * written by a version that is older or newer.
 */
struct store *
store_open(const char *path, const char *schema, int oldest, int version);

/*
 * Only look into `path`, which another process may have open.  NULL when
 * there is none or it cannot be had; nothing is said.
 */
struct store *store_look(const char *path);

/* True if store_open found damage and began anew. */
bool store_was_damaged(const struct store *s);

/* True if store_open made it, in place of nothing or of a damaged one. */
bool store_is_new(const struct store *s);

/* True if the file's name leads to another file now, or to none. */
bool store_is_gone(const struct store *s);

/* Run statements that return nothing.  0, or -1 having said why. */
int store_run(struct store *s, const char *sql);

/*
 * One transaction: begin, then queries, then end, which commits if `good` and
 * takes all back otherwise or if that fails.  0, or -1.  A transaction that
 * fails for the same reason as the one before says nothing.
 */
int store_begin(struct store *s);
int store_end(struct store *s, bool good);

/* Compile one statement; `sql` must be valid.  Freed with query_free. */
struct query *query_new(struct store *s, const char *sql);

/* Parameters count from 1; text is copied. */
void query_bind_text(struct query *q, int index, struct str text);
void query_bind_integer(struct query *q, int index, int64_t value);

/*
 * 1: a row is there; 0: done; -1: failed, and said.  After 0 or -1 the query
 * is reset and can be bound and run again.
 */
int query_step(struct query *q);

/* Columns count from 0; text is valid until the next step. */
struct str query_text(struct query *q, int column);
int64_t query_integer(struct query *q, int column);

void query_free(struct query *q);
void store_close(struct store *s);

#endif
