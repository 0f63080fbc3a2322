/*
 * Sources and their chains as rows on their way to the checkpoint: copies,
 * so that the sources go on moving while these are written.
 */
#ifndef AGENT_SOURCE_ROW_H
#define AGENT_SOURCE_ROW_H

#include "agent/source.h"

/* A chain on its way to the disk. */
struct chain_row {
	char *key;
	size_t key_len;
	uint64_t end;
	int64_t began;
	uint64_t sum;
};

/* A source on its way to the disk, with those of its chains that changed. */
struct source_row {
	char id[RANDOM_ID_LEN + 1];
	struct identity identity;
	uint64_t start;
	uint64_t since;
	struct position safe;
	uint64_t cut;
	uint64_t setup;
	uint64_t chain_sum; /* over all its chains */
	enum source_state state;
	char *input;
	char *path;
	bool discard;
	uint32_t idle;
	bool is_idle_changed; /* it is not what is saved */
	struct position head;
	bool is_head_changed; /* the same */
	struct chain_row *chains;
	size_t chain_count;
};

/* Over all that a row says, so that no flipped bit moves an offset. */
int64_t source_row_sum(const struct source_row *r);
uint64_t
chain_row_sum(const char *source, struct str key, uint64_t end, int64_t began);

void source_row_clear(struct source_row *row);

struct source_rows {
	struct source_row *rows;
	size_t count;
	uint32_t activity; /* s, ever; 0: as it was */
};

/*
 * Copy those of `sources` that changed, with their chains that changed.
 * `activity`: see agent/aging.h.
 */
void source_rows_take(
    struct source_rows *rows, struct source *sources, uint32_t activity);

/*
 * They were `saved`, or it failed: then all of it is to be saved again.  Frees
 * the rows, and the sources that are gone.  True if there is a source that
 * became durable, or a cut in one.
 */
bool source_rows_account(
    struct source_rows *rows, struct source **sources, bool saved);

#endif
