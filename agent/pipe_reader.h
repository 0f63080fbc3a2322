/*
 * Lines from a pipe, or anything else that cannot be read again, into the
 * spool: one read for each turn of the loop, whether there is room in the
 * window or not.  When the spool has no room the pipe is not read, and who
 * writes into it waits.
 */
#ifndef AGENT_PIPE_READER_H
#define AGENT_PIPE_READER_H

#include "agent/input.h"
#include "agent/spool.h"

struct pipe_reader;

/* Its writers are gone, or reading failed and that was said: all is spooled. */
typedef void pipe_ended(void *owner);

/*
 * Begin to read `fd`, which stays the caller's and must outlive the reader,
 * as `spool` does.  `what` is its name in messages.  `drafts`: the line in
 * progress is kept in the spool as it is, for the case that we are killed; a
 * spool keeps one, so only one of its readers may.
 */
struct pipe_reader *
pipe_reader_new(const struct input_context *context, struct spool *spool,
    int fd, const char *what, bool drafts, pipe_ended *ended, void *owner);

/* Did it end? */
bool pipe_reader_ended(const struct pipe_reader *p);

/* To be called once a second: is there room again? */
void pipe_reader_second(struct pipe_reader *p);

/* Stop, and spool what is left as a line.  Takes over `p`. */
void pipe_reader_close(struct pipe_reader *p);

#endif
