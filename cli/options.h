/*
 * What the verbs' command lines have in common.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"

/* Descriptors of a child of `weir run`. */
enum child_descriptor {
	CHILD_CONTROL = 3,
	CHILD_LINK = 4, /* closed without an embedded router */
	CHILD_CONFIG = 5,
	CHILD_GIVEN = 6, /* an agent's: the first of core/given.h */
};

struct options {
	const char *config; /* -c, --config */
	bool once; /* --once */
	int64_t idle; /* --idle, ns */
	bool child; /* --child: started by `weir run` */
};

/*
 * Parse -c/--config, and --once, --idle and --child where the usage of the
 * verb has them (`allowed` is a getopt string of c, o, i and C).  0, or -1
 * having said what is wrong.
 */
int
options_parse(int argc, char **argv, const char *allowed, struct options *o);

/*
 * The configuration of -c, or the parent's, with the log set up to its
 * level.  NULL, having said why.
 */
struct config *options_load(const struct options *o, const char *role);

/*
 * For `weir check` and `weir config`: the one file named with or without -c,
 * else DEFAULT_CONFIG.  NULL, having said what is wrong.
 */
const char *options_parse_file(int argc, char **argv);

/*
 * Can a role start that needs `sections` sections of its own?  If not, says
 * so: `lack` is what there is none of and what that means.
 */
bool options_may_start(
    const struct config *config, size_t sections, const char *lack, int link);

/* The descriptor a child of `weir run` has there; -1 if it is none. */
int options_descriptor(const struct options *o, enum child_descriptor fd);

#endif
