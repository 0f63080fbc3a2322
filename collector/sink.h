/*
 * Where the bytes of one output go: a file, or standard output.
 *
 * Everything here may block and is called by the work item of a commit (or,
 * sink_free, when there is none).  Bytes given to a sink are in the order of
 * the stream, and are given again until it took them.
 */
#ifndef COLLECTOR_SINK_H
#define COLLECTOR_SINK_H

#include <stdbool.h>

#include "core/buffer.h"

struct file_row;
struct ledger;

enum sink_result {
	SINK_DONE, /* `bytes` is empty: they are safe, as configured */
	SINK_AGAIN, /* nothing is wrong, call again at once */
	SINK_FAILED, /* call again later; `why` says what happened */
	SINK_ENDED, /* the other side is gone for good; `why` says so */
};

/* "/srv/logs/x.log: write: No space left on device" */
struct sink_failure {
	char why[512];
};

struct sink;

struct sink_type {
	enum sink_result (*prepare)(struct sink *s, struct sink_failure *f);
	enum sink_result (*write)(
	    struct sink *s, struct buffer *bytes, struct sink_failure *f);
	void (*close)(struct sink *s);
	void (*free)(struct sink *s);
};

/* The head of every kind of sink. */
struct sink {
	const struct sink_type *type;
	/* The file as it is now, for the ledger; NULL: it is none. */
	const struct file_row *file;
	bool is_recorded; /* the ledger knows it so, or with less in it */
};

/* What the sinks of one stream have in common; outlives them. */
struct sink_place {
	const char *stream; /* its name, for messages */
	const char *base; /* of files: as path_base */
	bool sync; /* fdatasync before SINK_DONE */
	struct ledger *ledger; /* NULL: it knows no file */
};

/*
 * The file `name` beneath the base.  Preparing opens (or creates) it, unless
 * it is open: a regular file with one name and one writer, or it is refused.
 * A failed write leaves it as long as it was.
 *
 * A file that the ledger knows and that holds more than was committed is cut
 * back (collector/cutback.h); if the tail is more than one commit writes,
 * somebody else wrote it: the file is set aside as NAME.foreign (or
 * .foreign.1 ...), uncut, and a new one begun.  A file that the ledger does
 * not know, or that was truncated, is given the end of its last line.
 *
 * Preparing also sees whether the file still has its name (if not, the name
 * is opened again) and has not shrunk (if so, writing goes on at the new
 * end, never with a hole before it); both are said.
 *
 * A failed sync is never repeated on the same file, since the kernel may
 * have dropped what it could not write and then report success.  What that
 * file holds beyond its last good sync is unknown: it is set aside as
 * NAME.unsynced (or .unsynced.1 ...), or removed if it held nothing before,
 * and the same bytes go to a new file of the name.
 */
struct sink *sink_file_new(const struct sink_place *place, const char *name);

/* Replaced by tests to see a disk fail: fdatasync. */
extern int (*sink_file_sync)(int fd);

/*
 * Standard output.  Bytes that went out are gone from `bytes` also when the
 * rest could not go; a write waits for the reader a moment at most and then
 * says SINK_AGAIN, so that a slow reader never holds up our end.
 */
struct sink *sink_stdout_new(void);

/* To be called before each sink_write: SINK_DONE, or what is in the way. */
enum sink_result sink_prepare(struct sink *s, struct sink_failure *f);

enum sink_result
sink_write(struct sink *s, struct buffer *bytes, struct sink_failure *f);

/* Let go of the descriptor; the next write opens by name. */
void sink_close(struct sink *s);

void sink_free(struct sink *s);

/* Fill in `f` with strerror(errno) at its end; returns SINK_FAILED. */
enum sink_result sink_fail(struct sink_failure *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same without errno. */
enum sink_result sink_failx(struct sink_failure *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
