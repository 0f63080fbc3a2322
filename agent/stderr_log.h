/*
 * What a command says on its standard error, to weir's own log: so many lines
 * each ten seconds, the rest only counted, none longer than a few hundred
 * bytes, and what is not printable as '?'.
 */
#ifndef AGENT_STDERR_LOG_H
#define AGENT_STDERR_LOG_H

#include <stdint.h>
#include <uv.h>

struct stderr_log;

/*
 * Read `fd`, which it takes over, until it ends.  `input` is the name in
 * front of each line and outlives it.
 */
struct stderr_log *stderr_log_new(uv_loop_t *loop, int fd, const char *input);

/* To be called once a second. */
void stderr_log_second(struct stderr_log *l);

/* Say what is there, and be done.  Takes over `l`; NULL is nothing. */
void stderr_log_free(struct stderr_log *l);

#endif
