/*
 * What is missing where, by the accounts of both sides: the holes that
 * streams know of themselves, and what agents have confirmed of a chain and
 * a stream that it should have come to has not.  What a stream was told that
 * nobody has any more is not missing, and is known by itself.
 */
#ifndef CLI_GAPS_H
#define CLI_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/ask.h"
#include "config/config.h"

enum gap_kind {
	GAP_HOLE, /* between lines that came */
	GAP_HEAD, /* in front of the first that came */
	GAP_TAIL, /* behind the last that came; it may be under way */
	GAP_ALL, /* nothing of the chain came; it may be under way */
	GAP_GIVEN_UP, /* nobody has it any more */
};

/* Bytes (from, to] of a chain.  Texts are views into the answers. */
struct gap {
	enum gap_kind kind;
	const struct answer *collector;
	const struct answer *agent; /* who has the source; NULL: nobody */
	bool ended; /* its agent says that no line will follow */
	struct str stream, queue;
	struct str source, key, host, path; /* host, path: or empty */
	int64_t from, to;
};

struct gaps {
	struct gap *items; /* missing */
	size_t count;
	struct gap *given_up;
	size_t given_up_count;
};

/*
 * All there are by these answers to `account`, each list of both roles.  A
 * chain that began before a stream was bound, or before it could still know
 * of it, is left out where the stream has nothing of it.
 */
void gaps_find(struct gaps *gaps, const struct broker_options *broker,
    const struct answer *answers, const struct answer *collectors);

void gaps_clear(struct gaps *gaps);

const char *gap_word(enum gap_kind kind);

#endif
