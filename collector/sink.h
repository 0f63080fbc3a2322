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
	enum sink_result (*write)(
	    struct sink *s, struct buffer *bytes, struct sink_failure *f);
	void (*close)(struct sink *s);
	void (*free)(struct sink *s);
};

/* The head of every kind of sink. */
struct sink {
	const struct sink_type *type;
};

/* What the sinks of one stream have in common; outlives them. */
struct sink_place {
	const char *stream; /* its name, for messages */
	const char *base; /* of files: as path_base */
	bool sync; /* fdatasync before SINK_DONE */
};

/*
 * The file `name` beneath the base.  It is opened (or created) by the first
 * write, is a regular file with one name and one writer, or it is refused;
 * a failed write leaves it as long as it was.
 *
 * Before each write it is checked that the file still has its name (if not,
 * the name is opened again) and has not shrunk (if so, writing goes on at
 * the new end); both are said.
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
