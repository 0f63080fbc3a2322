/*
 * The program's lines in what a container runtime wrote (record/container.h):
 * each stream's pieces are joined, whatever the others write between them.
 *
 * A line that has not the form ends the lines in progress, and goes out as it
 * is, marked as malformed.
 */
#ifndef AGENT_PIECES_H
#define AGENT_PIECES_H

#include "agent/lines.h"
#include "agent/message.h"
#include "config/config.h"
#include "core/buffer.h"
#include "record/container.h"

/* A line in progress. */
struct piece {
	struct buffer text;
	bool open; /* there is one */
	int64_t time; /* of its first piece */
	uint64_t pos; /* behind its last */
	int64_t touched; /* when that came */
};

struct pieces {
	enum input_format format; /* not INPUT_LINE */
	size_t max_bytes; /* a longer line goes out in parts, marked */
	struct piece streams[CONTAINER_STREAMS];
	/* An object of docker's that lacks its end so far: as it stands, and
	 * with the line feeds escaped that should have been. */
	struct buffer broken, joined;
	size_t broken_lines;
	uint64_t broken_pos;
	int64_t broken_touched;
};

/* A whole line of the stream's; RECORD_MALFORMED: of none. */
typedef void
pieces_emit(void *owner, enum container_stream stream, const struct message *m);

/* Take a line of the file, which ends at `pos`, at `now`. */
void pieces_put(struct pieces *p, const struct cut *line, uint64_t pos,
    int64_t now, pieces_emit *emit, void *owner);

/* Nothing follows: what is in progress goes out, marked as partial. */
void pieces_flush(struct pieces *p, pieces_emit *emit, void *owner);

bool pieces_are_none(const struct pieces *p);

/* Was something put before `then` that still waits for its end? */
bool pieces_wait_since(const struct pieces *p, int64_t then);

/* Forget what is in progress. */
void pieces_forget(struct pieces *p);

void pieces_clear(struct pieces *p);

#endif
