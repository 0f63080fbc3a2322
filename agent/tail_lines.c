#include "agent/tail_lines.h"

#include <unistd.h>

#include "agent/position.h"
#include "core/clock.h"

/* Levels come from bytes alone, also after a restart within a line: its head
 * is as many whole parts back as were cut. */
static void
recall_level(struct tail *t)
{
	char head[ROUTER_HEAD];
	uint64_t back = t->at.part * (uint64_t)t->input->max_line;
	if (back > t->at.offset)
		return; /* max_line is not what it was */
	size_t len = back < ROUTER_HEAD ? (size_t)back : ROUTER_HEAD;
	ssize_t n = pread(t->fd, head, len, (off_t)(t->at.offset - back));
	if (n > 0)
		t->level =
		    router_level(t->router, (struct str){ head, (size_t)n });
}

/* Route a line; in front of `rest` it was cut off.  True: there is a clean
 * place. */
static bool
take_line(struct tail *t, const struct stretch *s, const struct cut *cut,
    struct str rest, uint32_t part)
{
	uint64_t pos = s->offset + (size_t)(rest.data - s->text.data);
	gather_line(&t->gather, cut, pos);
	if (!gather_is_clean(&t->gather, pos))
		return false;
	if (gather_is_carried(&t->gather)) {
		struct position here = position_in(s, rest, part);
		gather_mark(&t->gather, &here);
		gather_end(&t->gather);
		gather_begin(&t->gather, clock_realtime());
	}
	return true;
}

/*
 * Cut what stands in `text` into lines.  With `last` its end is the end of a
 * line, and of a message.
 */
static void
cut_lines(struct tail *t, struct str text, size_t context, bool last)
{
	const struct stretch s = { text, context, t->at.offset };
	struct cutter cutter = { (size_t)t->input->max_line, t->at.part };
	struct str rest = text, clean = { 0 };
	uint32_t part = 0; /* at `clean` */
	struct cut cut;
	if (t->at.part > 0 && !t->level.known)
		recall_level(t);
	gather_begin(&t->gather, clock_realtime());
	while (cutter_next(&cutter, &rest, &cut) ||
	    (last && cutter_last(&cutter, &rest, &cut)))
		if (take_line(t, &s, &cut, rest, cutter.part)) {
			clean = rest;
			part = cutter.part;
		}
	t->at = position_in(&s, rest, cutter.part);
	t->scanned = rest.len;
	if (last)
		gather_flush(&t->gather);
	if (gather_is_clean(&t->gather, t->at.offset))
		gather_mark(&t->gather, &t->at);
	else if (clean.data != NULL) {
		struct position p = position_in(&s, clean, part);
		gather_mark(&t->gather, &p);
	}
	gather_end(&t->gather);
}

void
tail_lines_route(struct tail *t, struct str text, size_t context)
{
	uint64_t cut = t->source->cut;
	if (cut >= t->at.offset && cut <= t->at.offset + text.len) {
		size_t len = (size_t)(cut - t->at.offset);
		cut_lines(t, (struct str){ text.data, len }, context, true);
		text = str_after(text, len);
		context += len;
	}
	cut_lines(t, text, context, false);
}

void
tail_lines_let_out(struct tail *t)
{
	gather_begin(&t->gather, clock_realtime());
	gather_flush(&t->gather);
	if (gather_is_clean(&t->gather, t->at.offset))
		gather_mark(&t->gather, &t->at);
	gather_end(&t->gather);
}
