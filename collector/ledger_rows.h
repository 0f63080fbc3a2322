/*
 * What goes to the ledger's database and comes from it: copies, so that a
 * work item can write them while the streams move on.
 */
#ifndef COLLECTOR_LEDGER_ROWS_H
#define COLLECTOR_LEDGER_ROWS_H

#include "collector/known.h"
#include "core/identity.h"

/* What became of the lines that the stream took, since the ledger began. */
struct ledger_account {
	uint64_t lines; /* all, the following ones too */
	uint64_t repeats; /* seen before: not written */
	uint64_t unidentified; /* a claim not believed: written */
	uint64_t unchained; /* of no chain: written */
	uint64_t chains; /* known now */
	uint64_t holes; /* open now: not all of them given up */
	uint64_t gone; /* ranges given up because nobody has the lines */
	uint64_t forgotten; /* holes, for want of room */
};

/* An output file, as it was when it was last committed. */
struct file_row {
	struct str base, name; /* as path_base, path_name */
	struct identity identity;
	uint64_t length; /* all of it is committed */
};

struct source_row {
	unsigned char id[SOURCE_ID_LEN];
	struct str user, host, path;
};

struct chain_row {
	unsigned char id[SOURCE_ID_LEN];
	struct str key;
	struct str seen; /* as intervals_print */
	uint32_t used;
};

struct given_up_row {
	unsigned char id[SOURCE_ID_LEN];
	struct str key;
	struct str ranges; /* as intervals_print */
	uint32_t since;
};

/* The ledger as a whole. */
struct state_row {
	uint64_t commits; /* ever */
	int64_t activity; /* ns */
	uint64_t most; /* bytes that one commit may add to a file */
	int64_t since; /* ns since the epoch; see ledger_since */
	uint64_t bound; /* checksum of the bindings of then */
	struct ledger_account account;
};

/* What one commit changes; owns its texts. */
struct cut {
	struct state_row state;
	struct source_row *sources;
	struct chain_row *chains;
	struct given_up_row *given_up;
	struct forgotten *forgotten; /* before the others */
	size_t source_count, chain_count, given_up_count, forgotten_count;
};

#endif
