/*
 * What `weir spool` shows of one input's spool, be an agent running or not.
 * All return an exit code: EXIT_NO if there is damage, or no such spool.
 */
#ifndef CLI_SPOOL_VIEW_H
#define CLI_SPOOL_VIEW_H

#include <stdbool.h>

struct spool_view {
	const char *state; /* [weir] state */
	bool terminal; /* standard output is one */
};

/* How much there is, since when, and how much of it is not confirmed. */
int spool_view_list(const struct spool_view *v, const char *input);

/* Read every record, and print each place that is damaged. */
int spool_view_check(const struct spool_view *v, const char *input);

/* The lines as they came; on a terminal control bytes are escaped. */
int spool_view_cat(const struct spool_view *v, const char *input);

#endif
