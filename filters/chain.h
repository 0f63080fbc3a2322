/*
 * The filters of one input or one stream, in the order in which its
 * `filters` option names them.  `keep` passes a record whose body its pattern
 * matches and drops the rest, `drop` the other way round.  A pattern that
 * reaches its match limit passes the record, is counted, and is said once.
 */
#ifndef FILTERS_CHAIN_H
#define FILTERS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "record/record.h"

struct chain;

/*
 * Build the chain that `names` spell.  Every name must be a [filter] of
 * `config` with a pattern that compiles (chain_check saw to that); a bad one
 * is logged and NULL returned.  An empty list gives a chain that passes all.
 */
struct chain *
chain_new(const struct config *config, const struct string_list *names);

/* True: the record goes on.  False: it was dropped, and counted. */
bool chain_pass(struct chain *chain, const struct record *r);

uint64_t chain_dropped(const struct chain *chain);
uint64_t chain_limited(const struct chain *chain);

void chain_free(struct chain *chain);

/*
 * Compile the pattern of every [filter] in `config` and print what is wrong
 * with each to `errors` in the form of config_load.  Returns how many were
 * wrong.  (config/ may not know what a pattern is.)
 */
int chain_check(const struct config *config, FILE *errors);

#endif
