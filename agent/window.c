#include "agent/window.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/xalloc.h"
#include "record/encode.h"

#define FIRST_SIZE 1024

struct window {
	struct sealed **ring; /* by id; NULL: settled */
	size_t size; /* of the ring, a power of two */
	uint64_t oldest; /* lowest id that may be unsettled */
	uint64_t unsent; /* lowest id that was not sent in this session */
	uint64_t next; /* id of the next line */
	struct buffer refused; /* ids, not to be sent before window_retry */
	struct buffer again; /* ids to send before the unsent ones */
	size_t limit;
	struct window_stats stats;
};

struct window *
window_new(size_t limit)
{
	struct window *w = xcalloc(1, sizeof(*w));
	*w = (struct window){ .ring = xcalloc(FIRST_SIZE, sizeof(*w->ring)),
		.size = FIRST_SIZE,
		.oldest = 1,
		.unsent = 1,
		.next = 1,
		.limit = limit };
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

static size_t
cost(const struct sealed *line)
{
	return sizeof(*line) + line->len + OVERHEAD;
}

void
window_add(struct window *w, const struct record *r, struct span *span)
{
	size_t len = record_encoded_size(r);
	struct sealed *line = xmalloc(sizeof(*line) + len);
	*line = (struct sealed){ .span = span, .id = w->next, .len = len };
	record_encode(r, line->bytes);
	if (w->next - w->oldest == w->size)
		grow(w);
	*slot(w, w->next++) = line;
	w->stats.lines++;
	w->stats.bytes += cost(line);
	span_hold(span);
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

/* Take the first id of a list; false if there is none. */
static bool
take_id(struct buffer *ids, uint64_t *id)
{
	if (ids->len == 0)
		return false;
	memcpy(id, ids->data, sizeof(*id));
	buffer_consume(ids, sizeof(*id));
	return true;
}

const struct sealed *
window_next(struct window *w)
{
	uint64_t id;
	while (take_id(&w->again, &id))
		if (id >= w->oldest && *slot(w, id) != NULL)
			return *slot(w, id);
	while (w->unsent < w->next) {
		const struct sealed *line = *slot(w, w->unsent++);
		if (line != NULL)
			return line;
	}
	return NULL;
}

void
window_rewind(struct window *w)
{
	w->unsent = w->oldest;
	w->refused.len = w->again.len = 0;
}

void
window_refuse(struct window *w, uint64_t first, uint64_t last)
{
	if (first < w->oldest)
		first = w->oldest;
	for (uint64_t id = first; id <= last && id < w->unsent; id++)
		buffer_append(&w->refused, &id, sizeof(id));
}

void
window_retry(struct window *w)
{
	buffer_append(&w->again, w->refused.data, w->refused.len);
	w->refused.len = 0;
}

static void
settle(struct window *w, uint64_t id)
{
	struct sealed *line = *slot(w, id);
	if (line == NULL)
		return;
	*slot(w, id) = NULL;
	w->stats.lines--;
	w->stats.bytes -= cost(line);
	w->stats.settled++;
	span_settle(line->span);
	free(line);
}

void
window_settle(struct window *w, uint64_t first, uint64_t last)
{
	if (first < w->oldest)
		first = w->oldest;
	/* Nobody can have an answer for what was not sent to them. */
	for (uint64_t id = first; id <= last && id < w->unsent; id++)
		settle(w, id);
	while (w->oldest < w->unsent && *slot(w, w->oldest) == NULL)
		w->oldest++;
}

struct window_stats
window_stats(const struct window *w)
{
	return w->stats;
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	for (uint64_t id = w->oldest; id < w->next; id++)
		free(*slot(w, id));
	buffer_clear(&w->refused);
	buffer_clear(&w->again);
	free(w->ring);
	free(w);
}
