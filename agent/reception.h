/*
 * Where all listeners of one input hand in what they hear: into its spool,
 * from where it is routed.  Nothing that comes over a network or from a
 * program can be read again.
 *
 * The spool is bounded.  At its bound connections are not read, so that the
 * senders wait; datagrams cannot wait and are dropped, the least severe first:
 * each step of severity has a little more of the last eighth to itself, which
 * connections leave to them.
 */
#ifndef AGENT_RECEPTION_H
#define AGENT_RECEPTION_H

#include <stdbool.h>

#include "agent/input.h"
#include "agent/lines.h"
#include "agent/listen_counts.h"
#include "agent/spool.h"
#include "core/buffer.h"

/* Who hands in, in one socket or connection. */
struct sender {
	struct buffer origin; /* record/attributes.h */
	int64_t received; /* ns since the epoch: of what is handed in */
	struct level level; /* of its message in parts, */
	struct buffer
	    head; /* and what else that says of itself, and `origin` */
};

/* Its memory; it is handed in no more. */
void sender_clear(struct sender *s);

struct reception;

/* Connections may be read again, or may not any more. */
typedef void reception_changed(void *owner, bool open);

/* `spool` outlives it.  `datagrams`: some of the listeners take these. */
struct reception *
reception_new(const struct input_context *context, struct spool *spool,
    bool datagrams, reception_changed *changed, void *owner);

/* To be called once a second: is there room again? */
void reception_second(struct reception *r);

/* A message, or a part of one, off a stream that may be read. */
void reception_take(
    struct reception *r, struct sender *sender, const struct cut *cut);

/*
 * A datagram is one message, whatever is in it (RFC 5426 section 3.1); what is
 * longer than max_line goes on as parts.  Ends of lines and NULs behind it are
 * left out.
 */
void reception_take_datagram(struct reception *r, struct sender *sender,
    struct str bytes, bool truncated);

/* Connections may be read. */
bool reception_is_open(const struct reception *r);

const struct input_options *reception_options(const struct reception *r);
struct listen_counts *reception_counts(struct reception *r);

/* What was handed in goes to the spool, and is routed from there: once in each
 * turn of the loop this comes by itself. */
void reception_flush(struct reception *r);

/* All that was handed in is in the spool when this returns. */
void reception_free(struct reception *r);

#endif
