#include "agent/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/held.h"
#include "core/buffer.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/encode.h"

#define FIRST_SIZE 1024

struct window {
	struct sealed **ring; /* by id; NULL: settled */
	size_t size; /* of the ring, a power of two */
	uint64_t oldest; /* lowest id that may be unsettled */
	uint64_t unsent; /* lowest id that was not sent in this session */
	uint64_t next; /* id of the next line */
	uint64_t numbered; /* lines so far */
	struct buffer refused; /* ids, not to be sent before window_retry */
	size_t limit;
	struct held held;
	size_t hold; /* its limit */
	struct window_stats stats;
};

struct window *
window_new(size_t limit, size_t hold)
{
	struct window *w = xcalloc(1, sizeof(*w));
	*w = (struct window){ .ring = xcalloc(FIRST_SIZE, sizeof(*w->ring)),
		.size = FIRST_SIZE,
		.oldest = 1,
		.unsent = 1,
		.next = 1,
		.limit = limit,
		.hold = hold };
	return w;
}

static struct sealed **
slot(const struct window *w, uint64_t id)
{
	return &w->ring[id & (w->size - 1)];
}

static void
grow(struct window *w)
{
	struct window wider = *w;
	wider.size = 2 * w->size;
	wider.ring = xcalloc(wider.size, sizeof(*wider.ring));
	for (uint64_t id = w->oldest; id < w->next; id++)
		*slot(&wider, id) = *slot(w, id);
	free(w->ring);
	*w = wider;
}

/* What malloc and the ring take for a line besides. */
#define OVERHEAD 32

size_t
sealed_cost(const struct sealed *line)
{
	return sizeof(*line) + line->len + OVERHEAD;
}

/* Behind all others, under the next id. */
static void
append(struct window *w, struct sealed *line)
{
	if (w->next - w->oldest == w->size)
		grow(w);
	line->id = w->next++;
	*slot(w, line->id) = line;
	w->stats.lines++;
	w->stats.bytes += sealed_cost(line);
}

void
window_add(struct window *w, const struct record *r, struct span *span)
{
	size_t len = record_encoded_size(r);
	struct sealed *line = xmalloc(sizeof(*line) + len);
	*line = (struct sealed){
		.span = span, .number = ++w->numbered, .len = len
	};
	record_encode(r, line->bytes);
	span_hold(span);
	struct held_key *k = held_find(&w->held, r->key);
	if (k != NULL)
		held_put(&w->held, k, line);
	else
		append(w, line);
}

bool
window_is_full(const struct window *w)
{
	return w->stats.bytes >= w->limit;
}

bool
window_is_empty(const struct window *w)
{
	return w->stats.lines == 0;
}

static struct sealed *
next_to_send(struct window *w)
{
	while (w->unsent < w->next) {
		struct sealed *line = *slot(w, w->unsent++);
		if (line != NULL)
			return line;
	}
	return NULL;
}

const struct sealed *
window_next(struct window *w)
{
	struct sealed *line = next_to_send(w);
	if (line != NULL)
		line->unroutable = false; /* somebody may be bound by now */
	return line;
}

void
window_rewind(struct window *w)
{
	w->unsent = w->oldest;
	w->refused.len = 0;
}

void
window_refuse(struct window *w, uint64_t first, uint64_t last)
{
	if (first < w->oldest)
		first = w->oldest;
	for (uint64_t id = first; id <= last && id < w->unsent; id++)
		buffer_append(&w->refused, &id, sizeof(id));
}

/* NULL too when it was not sent: nobody can have an answer for it. */
static struct sealed *
find(const struct window *w, uint64_t id)
{
	return id >= w->oldest && id < w->unsent ? *slot(w, id) : NULL;
}

/* Take a line out of the ring; NULL if it is not in there. */
static struct sealed *
take_out(struct window *w, uint64_t id)
{
	struct sealed *line = find(w, id);
	if (line == NULL)
		return NULL;
	*slot(w, id) = NULL;
	w->stats.lines--;
	w->stats.bytes -= sealed_cost(line);
	return line;
}

static void
skip_settled(struct window *w)
{
	while (w->oldest < w->unsent && *slot(w, w->oldest) == NULL)
		w->oldest++;
}

/*
 * Under new ids: one that is refused for hours would else keep the ring from
 * moving on, which grows by a slot for each line that got through meanwhile.
 */
void
window_retry(struct window *w)
{
	struct buffer ids = w->refused;
	w->refused = (struct buffer){ 0 };
	for (size_t at = 0; at < ids.len; at += sizeof(uint64_t)) {
		uint64_t id;
		memcpy(&id, ids.data + at, sizeof(id));
		struct sealed *line = take_out(w, id);
		if (line != NULL)
			append(w, line);
	}
	buffer_clear(&ids);
	skip_settled(w);
}

/* A queue is bound now for a key that was held. */
static void
release(struct window *w, struct held_key *k)
{
	struct sealed *line;
	log_info("routing key %s: a queue is bound: %zu held lines go out",
	    k->key, k->lines);
	while ((line = held_take(&w->held, k)) != NULL)
		append(w, line);
	held_end(&w->held, k);
}

static void
settle(struct window *w, uint64_t id)
{
	struct sealed *line = take_out(w, id);
	if (line == NULL)
		return;
	if (line->tried != NULL)
		release(w, line->tried);
	w->stats.settled++;
	w->stats.unroutable += line->unroutable;
	span_settle(line->span);
	free(line);
}

void
window_settle(struct window *w, uint64_t first, uint64_t last)
{
	if (first < w->oldest)
		first = w->oldest;
	for (uint64_t id = first; id <= last && id < w->unsent; id++)
		settle(w, id);
	skip_settled(w);
}

static const struct record *
unseal(const struct sealed *line, struct record *r)
{
	int result = record_decode((struct str){ line->bytes, line->len }, r);
	assert(result == 0); /* we made it */
	return r;
}

struct str
sealed_key(const struct sealed *line)
{
	struct record r;
	return unseal(line, &r)->key;
}

void
window_hold(struct window *w, uint64_t id)
{
	struct sealed *line = take_out(w, id);
	if (line == NULL)
		return;
	struct held_key *k = held_find(&w->held, sealed_key(line));
	if (line->tried != NULL) {
		assert(line->tried == k);
		k->trying = false;
		line->tried = NULL;
	}
	if (k == NULL)
		k = held_begin(&w->held, sealed_key(line));
	held_put(&w->held, k, line);
	skip_settled(w);
}

#define TRIED_AT_ONCE 100

void
window_try_held(struct window *w)
{
	struct held_key *k;
	for (int n = 0; n < TRIED_AT_ONCE; n++) {
		if ((k = held_try(&w->held)) == NULL)
			return;
		struct sealed *line = held_take(&w->held, k);
		line->tried = k;
		append(w, line);
	}
}

bool
window_holds_up(const struct window *w, const struct source *s)
{
	return s->held > 0 && w->held.bytes >= w->hold;
}

const struct sealed *
window_find(const struct window *w, uint64_t id)
{
	return find(w, id);
}

bool
window_mark_unroutable(struct window *w, uint64_t id)
{
	struct sealed *line = find(w, id);
	if (line == NULL || line->unroutable)
		return false;
	return line->unroutable = true;
}

struct window_stats
window_stats(const struct window *w)
{
	struct window_stats stats = w->stats;
	stats.held = w->held.lines;
	return stats;
}

int64_t
window_oldest(const struct window *w)
{
	struct record r;
	const struct sealed *oldest = NULL;
	for (uint64_t id = w->oldest; id < w->next; id++) {
		const struct sealed *line = *slot(w, id);
		if (line != NULL &&
		    (oldest == NULL || line->number < oldest->number))
			oldest = line;
	}
	return oldest != NULL ? unseal(oldest, &r)->received : 0;
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	for (uint64_t id = w->oldest; id < w->next; id++)
		free(*slot(w, id));
	held_clear(&w->held);
	buffer_clear(&w->refused);
	free(w->ring);
	free(w);
}
