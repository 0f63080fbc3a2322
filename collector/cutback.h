/*
 * Taking a file back to the length that was committed.  What is cut was
 * never acknowledged and comes again; it is kept beside all the same, as
 * NAME.cut, which holds the last one.
 */
#ifndef COLLECTOR_CUTBACK_H
#define COLLECTOR_CUTBACK_H

#include "collector/ledger_rows.h"
#include "collector/sink.h"

/* Everything of `row` but its names, and the size, of an open file. */
int cutback_look(int fd, struct file_row *row);

struct cutback {
	const char *stream; /* for messages */
	const char *base; /* as path_base */
	const char *name; /* that the file has now, beneath the base */
	bool sync;
};

/*
 * Cut the file from `size` to `length`.  SINK_DONE, said; or SINK_FAILED and
 * the file is as it was.
 */
enum sink_result cutback_file(const struct cutback *c, int fd, uint64_t length,
    uint64_t size, struct sink_failure *f);

#endif
