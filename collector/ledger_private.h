/* What the ledger's own files share, and nobody else. */
#ifndef COLLECTOR_LEDGER_PRIVATE_H
#define COLLECTOR_LEDGER_PRIVATE_H

#include "collector/holes.h"
#include "collector/ledger.h"
#include "collector/ledger_store.h"

/* s of activity after which what was not used is forgotten: 7 days. */
#define LEDGER_KEEPS ((uint32_t)7 * 24 * 60 * 60)

struct ledger {
	const char *stream;
	struct ledger_store *store;
	struct known chains;
	struct holes holes;
	uv_loop_t *loop;
	uv_timer_t look; /* at holes; its data: the ledger */
	struct ledger_account account; /* running ahead of the disk */
	int64_t since; /* see ledger_since; 0: not bound yet */
	uint64_t bound; /* checksum of the bindings of then */
	bool is_bound_anew; /* and no cut has it */
	int64_t activity; /* ns: a clock that runs only while we commit */
	int64_t last_cut; /* monotonic */
	struct cut cut; /* the work item's while there is one */
	bool is_cut;
	uint64_t commits; /* cut so far, ever */
	struct state_row committed; /* the work item's */
	bool sync;
	uint32_t expired; /* s of activity: when files last were */
};

/* Everything that changed in `chains`, into the empty `cut`. */
void cut_take(struct cut *cut, struct known *chains);

/* Free what a cut holds; it is then empty. */
void cut_clear(struct cut *cut);

#endif
