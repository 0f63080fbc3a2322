/*
 * Why a file is or is not followed, by the configuration and what is on the
 * disk; what only a running agent knows, input_file_explain adds.
 *
 * For people, as JSON:
 *
 *	path	as in a message's header (core/escape.h)
 *	kind	"a file", "a directory", ...; missing: it is not there
 *	size	of a file, in bytes
 *	trouble	what is in the way to it, and `at` which part of the path
 *	inputs	a row for each input that follows files: `input`, `state`, and
 *		`pattern` and `why` where they say more
 *
 *	state		is
 *	unmatched	no pattern of the input matches
 *	excluded	`pattern` does, of its exclude
 *	refused		matched, and not to be followed: `why`
 *	unreadable	matched, and cannot be opened: `why`
 *	absent		matched, and not there
 *	wanted		matched, and nothing is in the way
 *	waiting		matched, and not yet to be read: `why`
 *	followed	a running agent reads it
 */
#ifndef AGENT_EXPLAIN_H
#define AGENT_EXPLAIN_H

#include "agent/own_files.h"
#include "config/config.h"
#include "core/json.h"

/* Add to the row of input number `input` of the configuration. */
typedef void
explain_more(void *owner, size_t input, const char *path, struct json *row);

/* `path` is absolute; `more` may be NULL.  The caller frees it. */
struct json *explain_path(const struct config *config, struct own_files *own,
    const char *path, explain_more *more, void *owner);

#endif
