/*
 * What container runtimes write into files, a line each: the text of a
 * program's line, or a piece of one (they cut at 16 KiB), with its time and
 * the stream it came by.
 *
 *	{"log":"text\n","stream":"stdout","time":"2021-02-01T16:45:03.01Z"}
 *		docker's json-file driver; a piece lacks the \n
 *	2019-05-07T18:57:50.904275087+00:00 stdout F text
 *		the CRI's form (containerd, CRI-O); a piece has P
 */
#ifndef RECORD_CONTAINER_H
#define RECORD_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/str.h"

enum container_stream {
	CONTAINER_STDOUT,
	CONTAINER_STDERR,
	CONTAINER_OTHER,
	CONTAINER_STREAMS
};

struct container_line {
	struct str text; /* without its line feed */
	int64_t time; /* ns since the epoch; 0: it states none */
	enum container_stream stream;
	bool more; /* a piece: the line goes on in the stream's next */
	struct json *json; /* of docker's; the text lives in it */
};

/*
 * Read one line.  0, or -1 when it has not that form.  What container_docker
 * reads is cleared by the caller; of container_cri the text points into
 * `line`, and there is nothing to clear.
 */
int container_docker(struct str line, struct container_line *out);
int container_cri(struct str line, struct container_line *out);
void container_clear(struct container_line *line);

/* Is this the beginning of an object of docker's? */
bool container_begins(struct str line);

/* One that lacks its end, because a line feed in it was left unescaped? */
bool container_is_broken(struct str line);

/* Append what is known of it besides its text: record/attributes.h. */
void container_describe(
    enum container_stream stream, int64_t time, struct buffer *out);

#endif
