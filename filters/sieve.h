/*
 * The filters of one input or one stream, in the order in which its
 * `filters` option names them.  `keep` passes a record whose body its pattern
 * matches and drops the rest, `drop` the other way round.  A pattern that
 * reaches its match limit passes the record, is counted, and is said once.
 */
#ifndef FILTERS_SIEVE_H
#define FILTERS_SIEVE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "record/record.h"

struct sieve;

/*
 * Build the sieve that `names` spell.  Every name must be a [filter] of
 * `config` with a pattern that compiles (sieve_check saw to that); a bad one
 * is logged and NULL returned.  An empty list gives a sieve that passes all.
 */
struct sieve *
sieve_new(const struct config *config, const struct string_list *names);

/* True: the record goes on.  False: it was dropped, and counted. */
bool sieve_pass(struct sieve *sieve, const struct record *r);

uint64_t sieve_dropped(const struct sieve *sieve);
uint64_t sieve_limited(const struct sieve *sieve);

void sieve_free(struct sieve *sieve);

/*
 * Compile every pattern in `config`, of a [filter] or where messages of several
 * lines begin (filters/boundary.h), and print what is wrong with each to
 * `errors` in the form of config_load.  Returns how many were
 * wrong.  (config/ may not know what a pattern is.)
 */
int sieve_check(const struct config *config, FILE *errors);

#endif
