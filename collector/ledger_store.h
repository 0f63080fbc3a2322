/*
 * The ledger's database: rows in, rows out.  A checksum in every row, over
 * all that it says: a row that does not fit it is as good as absent, which
 * makes lines repeat and never loses one.
 *
 * Belongs to one thread at a time: the loop's, until a commit starts, then
 * the commit's work item.
 */
#ifndef COLLECTOR_LEDGER_STORE_H
#define COLLECTOR_LEDGER_STORE_H

#include "collector/ledger_rows.h"

struct ledger_store;

/*
 * DIRECTORY/ledger/NAME.db, made if it is missing, without symbolic links
 * from the ledger's directory on.  `sync` false: committed when the kernel
 * has it.  NULL, having said why.
 */
struct ledger_store *
ledger_store_open(const char *directory, const char *stream, bool sync);

/* Nothing it once held can be relied on: it was damaged and begun anew. */
bool ledger_store_was_damaged(const struct ledger_store *s);

/*
 * The number of the last commit of which an acknowledgement may have gone,
 * by a file beside the database: if that is more than the database knows,
 * commits of it were lost.  UINT64_MAX: the file cannot be believed.
 */
uint64_t ledger_store_mark(const struct ledger_store *s);

/* Set it: 0, or -1 having said why. */
int ledger_store_set_mark(struct ledger_store *s, uint64_t commits);

/* All rows into `chains`; -1, having said why, if they cannot be read. */
int ledger_store_load(struct ledger_store *s, struct known *chains);

/* 1; 0: there is none, or damaged, which is said; -1: said. */
int ledger_store_load_state(struct ledger_store *s, struct state_row *row);

/* What feeds the stream: a text of the owner's.  As above; free it. */
int ledger_store_load_feed(struct ledger_store *s, char **feed);

/* One transaction: 0, or -1 and all is as before. */
int ledger_store_begin(struct ledger_store *s);
int ledger_store_end(struct ledger_store *s, bool good);

/* Within a transaction. */
int ledger_store_put_cut(struct ledger_store *s, const struct cut *cut);
int ledger_store_put_state(struct ledger_store *s, const struct state_row *row);
int ledger_store_put_feed(struct ledger_store *s, const char *feed);
int ledger_store_put_file(
    struct ledger_store *s, const struct file_row *row, uint32_t used);
int ledger_store_drop_file(
    struct ledger_store *s, struct str base, struct str name);
int ledger_store_expire_files(struct ledger_store *s, uint32_t before);

/* 1 and `row` (whose base and name are the asker's), 0: none; -1: said. */
int ledger_store_find_file(struct ledger_store *s, struct str base,
    struct str name, struct file_row *row);

/*
 * All files, in an array of which everything is one piece of memory to free;
 * -1, having said why.
 */
int ledger_store_list_files(
    struct ledger_store *s, struct file_row **rows, size_t *count);

void ledger_store_close(struct ledger_store *s);

#endif
