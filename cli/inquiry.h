/*
 * What the verbs that ask have in common on their command lines: -c, --wait
 * and -o, of which --json is short for -o json.
 */
#ifndef CLI_INQUIRY_H
#define CLI_INQUIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/ask.h"
#include "config/config.h"

struct inquiry {
	struct config *config;
	int64_t wait; /* ns */
	bool json; /* -o json: what was answered, as it came */
	bool all; /* --all */
	bool give_up; /* --give-up */
	char **words; /* what is left of the command line */
	int count;
	struct asking *asking;
};

/*
 * Parse, load the configuration, begin to ask.  `wait` is the default;
 * `words` is how many words are expected at most.  0, or an exit code having
 * said why.
 */
int
inquiry_open(struct inquiry *q, int argc, char **argv, int64_t wait, int words);

/* The same, and only of the processes of this host, at their sockets. */
int inquiry_open_here(
    struct inquiry *q, int argc, char **argv, int64_t wait, int words);

/* Every page of the answers, a line each, to standard output. */
void inquiry_print(const struct answer *answers);

void inquiry_close(struct inquiry *q);

#endif
