/*
 * What cannot be read again (standard input, sockets), or not for long (the
 * journal, the kernel's messages), is written to STATE/spool/INPUT/ first,
 * and followed from there like a file: one source, whose offsets are places
 * in the spool (agent/segment.h), with the same spans and the same checkpoint.
 * So an outage costs disk and not lines, and a killed agent loses nothing that
 * it had put here.
 *
 * A segment is unlinked when the checkpoint on the disk is behind it; the two
 * last stay where they say how far a journal was read.
 */
#ifndef AGENT_SPOOL_H
#define AGENT_SPOOL_H

#include "agent/input.h"
#include "agent/segment.h"

struct spool;

/* Comes once a second: drafts, and whether there is room again. */
typedef void spool_second(void *owner);

/*
 * The spool of the input of `context`, whose source goes by `path`, with what
 * is left in it.  NULL, having said why.
 */
struct spool *spool_open(const struct input_context *context, const char *path,
    spool_second *second, void *owner);

/*
 * For an input that can be read again: what spool_cursor_find says
 * (agent/spool_cursor.h); 0 where that should be known and is not was said.
 */
int spool_cursor(struct spool *s, struct buffer *cursor);

/* Where it begins while no line says so; durable on 0.  -1: said. */
int spool_mark(struct spool *s, struct str cursor);

/* False: put nothing more for now; spool_max is reached, or the disk is full.
 */
bool spool_has_room(struct spool *s);

/*
 * For those that cannot wait, but can be dropped: how many bytes there are up
 * to spool_max, how far behind the disk may be; none while it takes nothing.
 */
uint64_t spool_left(const struct spool *s);

/* Take copies of lines; at spool_flush they go to the kernel and are read. */
void spool_put(struct spool *s, const struct entry *e);
void spool_flush(struct spool *s);

/* A line in progress, kept as it is for the case that we are killed. */
void spool_draft(struct spool *s, const struct entry *e);

/* Nothing more will be put: a message that waits for its next line is whole. */
void spool_end(struct spool *s);

/* For struct input_kind: route at most about 64 KiB of lines; more to come? */
bool spool_turn(struct spool *s);
void spool_recorded(struct spool *s);
void spool_status(const struct spool *s);

/* All that was put is routed. */
bool spool_is_drained(const struct spool *s);

/* All that was put is on the disk when this returns. */
void spool_close(struct spool *s);

#endif
