/*
 * Both sides' accounts, and what is missing by them.
 */
#ifndef CLI_ACCOUNTS_H
#define CLI_ACCOUNTS_H

#include "cli/gaps.h"
#include "cli/inquiry.h"

struct accounts {
	struct answer *first; /* agents and collectors */
	struct answer *again; /* collectors, later; NULL: not asked again */
	struct gaps gaps;
};

/* Ask everybody. */
void accounts_ask(struct accounts *a, struct inquiry *q);

/*
 * Ask the collectors once more, a moment later.  One that does not answer
 * keeps its first account.
 */
void accounts_ask_again(struct accounts *a, struct inquiry *q);

/*
 * What is missing may be under way: ask them again until nothing is, or
 * `patience` (ns) is over.
 */
void accounts_wait(struct accounts *a, struct inquiry *q, int64_t patience);

/* How many of a role answered. */
size_t accounts_count(const struct accounts *a, const char *role);

void accounts_clear(struct accounts *a);

/* Which bytes of which file are missing in which stream, on a line. */
void accounts_print_gap(const struct gap *gap, FILE *out);

#endif
