#include "agent/pieces.h"

#include "record/record.h"

/* An unescaped line feed makes so many lines of one object at most. */
#define BROKEN_MAX 16

/* So much memory is kept for the next one: there may be many files. */
#define KEPT ((size_t)16 << 10)

struct run {
	struct pieces *p;
	uint64_t pos; /* of the line at hand */
	uint32_t flags;
	int64_t now;
	pieces_emit *emit;
	void *owner;
};

/* The line in progress ends, with `flags`. */
static void
end_line(struct run *run, enum container_stream stream, uint32_t flags)
{
	struct piece *piece = &run->p->streams[stream];
	struct message m = { buffer_str(&piece->text), piece->pos, piece->time,
		flags };
	run->emit(run->owner, stream, &m);
	buffer_empty(&piece->text, KEPT);
	piece->open = false;
}

static void
put(struct run *run, const struct container_line *line)
{
	struct piece *piece = &run->p->streams[line->stream];
	if (!piece->open && !line->more) {
		struct message m = { line->text, run->pos, line->time,
			run->flags };
		run->emit(run->owner, line->stream, &m);
		return;
	}
	if (!piece->open)
		piece->time = line->time;
	piece->open = true;
	piece->pos = run->pos;
	piece->touched = run->now;
	buffer_append_str(&piece->text, line->text);
	if (!line->more)
		end_line(run, line->stream, run->flags);
	else if (piece->text.len >= run->p->max_bytes)
		end_line(run, line->stream, run->flags | RECORD_MORE);
}

static void
forget_broken(struct pieces *p)
{
	buffer_empty(&p->broken, KEPT);
	buffer_empty(&p->joined, KEPT);
	p->broken_lines = 0;
}

static void
put_malformed(struct run *run, struct str text, uint64_t pos)
{
	struct message m = { text, pos, 0, RECORD_MALFORMED };
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		if (run->p->streams[i].open)
			end_line(run, (enum container_stream)i, RECORD_PARTIAL);
	run->emit(run->owner, CONTAINER_OTHER, &m);
}

/* Nothing ended the object: its lines are what they are. */
static void
give_up_broken(struct run *run)
{
	struct pieces *p = run->p;
	if (p->broken_lines > 0)
		put_malformed(run, buffer_str(&p->broken), p->broken_pos);
	forget_broken(p);
}

/* Keep the beginning of an object whose end may come in the next line. */
static void
begin_broken(struct run *run, struct str text)
{
	struct pieces *p = run->p;
	buffer_append_str(&p->broken, text);
	buffer_append_str(&p->joined, text);
	p->broken_lines = 1;
	p->broken_pos = run->pos;
	p->broken_touched = run->now;
}

/* One more line of it; false: it is none of its. */
static bool
continue_broken(struct run *run, struct str text)
{
	struct pieces *p = run->p;
	struct container_line line;
	if (container_begins(text) || p->broken_lines >= BROKEN_MAX ||
	    p->broken.len + text.len > p->max_bytes)
		return false;
	buffer_append(&p->broken, "\n", 1);
	buffer_append_str(&p->broken, text);
	buffer_append(&p->joined, "\\n", 2);
	buffer_append_str(&p->joined, text);
	p->broken_lines++;
	p->broken_pos = run->pos;
	p->broken_touched = run->now;
	if (container_docker(buffer_str(&p->joined), &line) == 0) {
		put(run, &line);
		container_clear(&line);
		forget_broken(p);
	}
	return true;
}

static void
put_docker(struct run *run, struct str text)
{
	struct container_line line;
	if (run->p->broken_lines > 0) {
		if (continue_broken(run, text))
			return;
		give_up_broken(run);
	}
	if (container_docker(text, &line) == 0) {
		put(run, &line);
		container_clear(&line);
	} else if (container_is_broken(text))
		begin_broken(run, text);
	else
		put_malformed(run, text, run->pos);
}

void
pieces_put(struct pieces *p, const struct cut *cut, uint64_t pos, int64_t now,
    pieces_emit *emit, void *owner)
{
	struct run run = { p, pos, cut->flags, now, emit, owner };
	struct container_line line;
	if (p->format == INPUT_DOCKER)
		put_docker(&run, cut->text);
	else if (container_cri(cut->text, &line) == 0)
		put(&run, &line);
	else
		put_malformed(&run, cut->text, pos);
}

void
pieces_flush(struct pieces *p, pieces_emit *emit, void *owner)
{
	struct run run = { .p = p, .emit = emit, .owner = owner };
	give_up_broken(&run);
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		if (p->streams[i].open)
			end_line(
			    &run, (enum container_stream)i, RECORD_PARTIAL);
}

bool
pieces_are_none(const struct pieces *p)
{
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		if (p->streams[i].open)
			return false;
	return p->broken_lines == 0;
}

bool
pieces_wait_since(const struct pieces *p, int64_t then)
{
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		if (p->streams[i].open && p->streams[i].touched < then)
			return true;
	return p->broken_lines > 0 && p->broken_touched < then;
}

void
pieces_forget(struct pieces *p)
{
	for (int i = 0; i < CONTAINER_STREAMS; i++) {
		buffer_empty(&p->streams[i].text, KEPT);
		p->streams[i].open = false;
	}
	forget_broken(p);
}

void
pieces_clear(struct pieces *p)
{
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		buffer_clear(&p->streams[i].text);
	buffer_clear(&p->broken);
	buffer_clear(&p->joined);
}
