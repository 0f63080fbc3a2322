/*
 * Reading what can be read again, but not for long (a journal, the kernel's
 * messages), into a spool: piece by piece, while there is something to read
 * and the spool has room.  Where it cannot be opened or read that is tried
 * again each second.
 *
 * Each line stands in the spool with its cursor (agent/spool_cursor.h), and
 * after a start reading goes on behind the last one.  Where an input begins
 * that never was is durable before anything is read.
 */
#ifndef AGENT_PULLER_H
#define AGENT_PULLER_H

#include "agent/intake.h"

enum pulled {
	PULLED_SOME, /* there may be more */
	PULLED_ALL, /* for now */
	PULLED_END, /* the same; but its descriptor says readable for ever */
	PULLED_NONE, /* it cannot be read, which was said: open it again */
};

struct puller_kind {
	/* Append where an input begins that never was, as `start` says. */
	void (*start)(struct intake *in, struct buffer *cursor);
	/* Go on behind `cursor`.  Of its line only `from` bytes are in the
	 * spool; 0: all of it. */
	void (*resume)(struct intake *in, struct str cursor, uint64_t from);
	/* Open it where reading goes on: a descriptor that is readable when
	 * there is more.  -1, having said why: `shut` comes next. */
	int (*open)(struct intake *in);
	/* Its descriptor may be readable, and only this ends that; NULL:
	 * reading does.  0, or -1, having said why: open it again. */
	int (*event)(struct intake *in);
	/* Put one piece into the spool; its bytes are added to `size`. */
	enum pulled (*read)(struct intake *in, size_t *size);
	/* Close what is open, if anything is. */
	void (*shut)(struct intake *in);
};

struct puller;

/* `what`: its name in messages.  `context` and `spool` as intakes have them;
 * nothing is opened yet. */
struct puller *
puller_new(const struct input_context *context, struct spool *spool,
    const char *what, const struct puller_kind *kind, struct intake *owner);

/* Find out where reading goes on, and begin.  0, or -1, having said why: the
 * spool does not say it, or cannot keep it. */
int puller_begin(struct puller *p);

/* To be called once a second: it is opened again, if need be, and read. */
void puller_second(struct puller *p);

/* What is open is not the right one any more: open it again. */
void puller_shut(struct puller *p);

/* It cannot be opened or read.  This is said only where it is news. */
bool puller_is_failing(const struct puller *p);
void puller_fail(struct puller *p);

/* There was a moment without more to read, or it cannot be read. */
bool puller_ended(const struct puller *p);

/* Takes over `p`; what is open is shut. */
void puller_free(struct puller *p);

#endif
