/*
 * Which agent has a source, by their answers to `account`.
 */
#ifndef CLI_HOLDERS_H
#define CLI_HOLDERS_H

#include <stdbool.h>

#include "cli/ask.h"
#include "core/hash.h"

/*
 * It has a chain of the source to show.  Of a host that was cloned two agents
 * may: one who can still read it goes before one for whom it has ended.
 */
struct holder {
	UT_hash_handle hh;
	struct str source, path; /* views into the answer */
	const struct answer *agent;
	bool ended; /* he says that no line of it will follow */
};

/* All there are in `answers`, agents' or not; free them. */
struct holder *holders_of(const struct answer *answers);

/* NULL: nobody. */
const struct holder *
holders_find(const struct holder *holders, struct str source);

void holders_free(struct holder *holders);

#endif
