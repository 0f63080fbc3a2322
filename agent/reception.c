#include "agent/reception.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/spool.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/record.h"

/* More is not kept in memory, however many connections speak at once. */
#define UNFLUSHED ((size_t)256 << 10)

/* How long nothing must have been dropped before that is worth a line. */
#define CALM (10 * NS_PER_SECOND)

struct reception {
	struct input_context context;
	bool datagrams;
	reception_changed *changed;
	void *owner;
	struct spool *spool;
	bool open;
	size_t unflushed; /* bytes of lines */
	uv_check_t flushing; /* runs while there are some */
	int64_t closed; /* monotonic: when connections last were not read */
	uint64_t told; /* dropped, when we last said so; */
	int64_t last_told; /* monotonic; 0: we do not drop */
};

static uint64_t
spool_max(const struct reception *r)
{
	return (uint64_t)r->context.options->spool_max;
}

/* A stream that is faster than the broker comes here each second: that is
 * said when it begins. */
static void
say_closed(struct reception *r)
{
	int64_t now = clock_monotonic();
	if (r->datagrams && now - r->closed > CALM)
		log_info("input %s: connections are not read: the last eighth "
			 "of spool_max is left for datagrams",
		    r->context.options->name);
	r->closed = now;
}

static void
look_for_room(struct reception *r)
{
	uint64_t reserve = r->datagrams ? spool_max(r) / 8 : 0;
	bool open = spool_has_room(r->spool) && spool_left(r->spool) > reserve;
	if (open == r->open)
		return;
	if (!open)
		say_closed(r);
	r->open = open;
	r->changed(r->owner, open);
}

void
reception_flush(struct reception *r)
{
	r->unflushed = 0;
	uv_check_stop(&r->flushing);
	spool_flush(r->spool);
	look_for_room(r);
}

static void
on_flush(uv_check_t *check)
{
	reception_flush(check->data);
}

static void
put(struct reception *r, const struct entry *e)
{
	spool_put(r->spool, e);
	r->context.counts->received++;
	if (r->unflushed == 0)
		uv_check_start(&r->flushing, on_flush);
	r->unflushed += SEGMENT_RECORD + e->origin.len + e->text.len;
	if (r->unflushed >= UNFLUSHED)
		reception_flush(r);
}

/* The other parts have no header: what it says goes with each of them.  What
 * the kernel knows stands behind it, and so beats it. */
static void
note_head(struct reception *r, struct sender *sender, const struct cut *cut)
{
	struct cut head = *cut;
	head.origin = buffer_str(&sender->origin);
	sender->head.len = 0;
	sender->level = router_head(
	    r->context.router, &head, sender->received, &sender->head);
	buffer_append_str(&sender->head, head.origin);
}

void
sender_clear(struct sender *s)
{
	buffer_clear(&s->origin);
	buffer_clear(&s->head);
}

void
reception_take(
    struct reception *r, struct sender *sender, const struct cut *cut)
{
	struct entry e = { .received = sender->received,
		.part = cut->part,
		.flags = cut->flags,
		.origin = buffer_str(&sender->origin),
		.text = cut->text };
	if (cut->part == 1)
		note_head(r, sender, cut);
	if (cut->part > 0) {
		e.severity = sender->level.severity;
		e.facility = sender->level.facility;
	}
	if (cut->part > 1)
		e.origin = buffer_str(&sender->head);
	put(r, &e);
}

static struct str
without_ends(struct str s)
{
	while (s.len > 0 &&
	    (s.data[s.len - 1] == '\n' || s.data[s.len - 1] == '\0')) {
		bool lf = s.data[--s.len] == '\n';
		if (lf && s.len > 0 && s.data[s.len - 1] == '\r')
			s.len--;
	}
	return s;
}

/* Of a message that may have to be dropped no more is looked at than its PRI
 * (RFC 5424 section 6.2.1). */
static unsigned
severity_of(const struct reception *r, struct str s)
{
	unsigned pri = 0;
	size_t i = 1;
	if (s.len > 0 && s.data[0] == '<')
		for (;
		     i < s.len && i < 4 && s.data[i] >= '0' && s.data[i] <= '9';
		     i++)
			pri = pri * 10 + (unsigned)(s.data[i] - '0');
	if (i > 1 && i < s.len && s.data[i] == '>' && pri <= 191)
		return pri % 8;
	return (unsigned)r->context.options->severity;
}

/* Emergencies may fill the last byte; others leave so much free. */
static bool
has_room_for(const struct reception *r, struct str bytes)
{
	uint64_t left = spool_left(r->spool), max = spool_max(r);
	return left > max / 8 || left > max / 64 * severity_of(r, bytes);
}

static void
drop(struct reception *r, uint64_t lines)
{
	struct listen_counts *counts = r->context.counts;
	counts->received += lines;
	counts->dropped += lines;
	if (r->last_told == 0)
		log_warnx("input %s: no room in the spool: datagrams are "
			  "dropped, the least severe first",
		    r->context.options->name);
	r->last_told = clock_monotonic();
}

void
reception_take_datagram(struct reception *r, struct sender *sender,
    struct str bytes, bool truncated)
{
	size_t max = (size_t)r->context.options->max_line;
	struct listen_counts *counts = r->context.counts;
	counts->truncated += truncated;
	if (!truncated)
		bytes = without_ends(bytes);
	if (bytes.len == 0) {
		counts->empty++;
		return;
	}
	if (!has_room_for(r, bytes)) {
		drop(r, (bytes.len + max - 1) / max);
		return;
	}
	struct cut cut = { .part = bytes.len > max };
	while (bytes.len > 0) {
		cut.text = bytes;
		if (bytes.len > max)
			cut.text.len = max;
		bytes = str_after(bytes, cut.text.len);
		cut.flags = bytes.len > 0 ? RECORD_MORE
		    : truncated		  ? RECORD_TRUNCATED
					  : 0;
		reception_take(r, sender, &cut);
		cut.part++;
	}
}

bool
reception_is_open(const struct reception *r)
{
	return r->open;
}

const struct input_options *
reception_options(const struct reception *r)
{
	return r->context.options;
}

struct listen_counts *
reception_counts(struct reception *r)
{
	return r->context.counts;
}

void
reception_second(struct reception *r)
{
	uint64_t dropped = r->context.counts->dropped;
	reception_flush(r);
	if (r->last_told == 0 || clock_monotonic() - r->last_told < CALM)
		return;
	log_info("input %s: room in the spool again; dropped were %" PRIu64
		 " datagrams",
	    r->context.options->name, dropped - r->told);
	r->told = dropped;
	r->last_told = 0;
}

struct reception *
reception_new(const struct input_context *context, struct spool *spool,
    bool datagrams, reception_changed *changed, void *owner)
{
	struct reception *r = xcalloc(1, sizeof(*r));
	*r = (struct reception){ .context = *context,
		.spool = spool,
		.datagrams = datagrams,
		.changed = changed,
		.owner = owner };
	r->open = spool_has_room(r->spool);
	r->closed = -CALM;
	r->flushing.data = r;
	uv_check_init(context->loop, &r->flushing);
	return r;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
reception_free(struct reception *r)
{
	spool_flush(r->spool);
	uv_close((uv_handle_t *)&r->flushing, on_closed);
}
