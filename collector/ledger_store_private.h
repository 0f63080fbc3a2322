/* What the ledger_store_*.c share, and nobody else. */
#ifndef COLLECTOR_LEDGER_STORE_PRIVATE_H
#define COLLECTOR_LEDGER_STORE_PRIVATE_H

#include "collector/ledger_store.h"
#include "core/store.h"

enum statement {
	PUT_SOURCE,
	PUT_CHAIN,
	PUT_GIVEN_UP,
	PUT_STATE,
	PUT_FILE,
	DROP_SOURCE,
	DROP_CHAIN,
	DROP_GIVEN_UP,
	DROP_FILE,
	EXPIRE_FILES,
	FIND_FILE,
	STATEMENT_COUNT
};

struct ledger_store {
	char *stream;
	struct store *store;
	struct query *statements[STATEMENT_COUNT];
	int mark; /* descriptor */
	char *mark_path;
	struct buffer scratch; /* what a checksum is made of */
};

/* Start a checksum of a row of that kind; then its columns; then its end. */
void row_sum_begin(struct ledger_store *s, const char *kind);
void row_sum_text(struct ledger_store *s, struct str text);
void row_sum_integer(struct ledger_store *s, int64_t number);
int64_t row_sum_end(const struct ledger_store *s);

/* 32 hex digits. */
bool is_source_id(struct str text);

/* ---- What was given up ---- */

int ledger_store_put_given_up(
    struct ledger_store *s, const struct given_up_row *row);
int ledger_store_drop_given_up(
    struct ledger_store *s, struct str id, struct str key);

/* All of it into `chains`, of which none may be there; 0, or -1 and said. */
int ledger_store_load_given_up(struct ledger_store *s, struct known *chains);

#endif
