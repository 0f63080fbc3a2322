#include "agent/tail_lines.h"

#include <errno.h>

#include "agent/decode.h"
#include "agent/position.h"
#include "core/clock.h"
#include "core/log.h"
#include "record/record.h"

static struct cutter
cutter_of(const struct tail *t)
{
	return (struct cutter){ .max_line = (size_t)t->input->max_line,
		.part = t->at.part,
		.encoding = (enum encoding)t->input->encoding };
}

/* Levels come from bytes alone, also after a restart within a line: its head
 * is as many whole parts back as were cut. */
bool
tail_lines_recall(struct tail *t)
{
	char bytes[ROUTER_HEAD];
	struct cutter cutter = cutter_of(t);
	uint64_t back = t->at.part * (uint64_t)cutter_longest(&cutter);
	/* Or max_line is not what it was. */
	if (t->at.part == 0 || t->level.known || back > t->at.offset)
		return true;
	size_t len = back < ROUTER_HEAD ? (size_t)back : ROUTER_HEAD;
	uint64_t begins = t->at.offset - back;
	ssize_t n = content_read(&t->content, bytes, len, begins);
	if (n == -1 && errno == EAGAIN)
		return false;
	struct cut head = { .text = { bytes, n > 0 ? (size_t)n : 0 },
		.flags = RECORD_MORE };
	router_decode(t->router, &head, begins == 0);
	if (n > 0)
		t->level = router_level(t->router, head.text);
	return true;
}

static void
mention_encoding(const struct tail *t, struct str head)
{
	if (t->input->encoding == ENCODING_UTF8 && decode_is_utf16(head))
		log_warnx("input %s: %s: looks like UTF-16, and is passed as "
			  "it is; write encoding = utf-16le or utf-16be",
		    t->input->name, t->source->path);
}

/* Route a line; in front of `rest` it was cut off.  True: there is a clean
 * place. */
static bool
take_line(struct tail *t, const struct stretch *s, struct cut *cut,
    struct str rest, uint32_t part)
{
	uint64_t pos = s->offset + (size_t)(rest.data - s->text.data);
	router_decode(t->router, cut, pos == cut->taken);
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
	struct cutter cutter = cutter_of(t);
	struct str rest = text, clean = { 0 };
	uint32_t part = 0; /* at `clean` */
	struct cut cut;
	cutter.in_hole =
	    ends_in_hole((struct str){ text.data - context, context });
	cutter_look_through(&cutter, text);
	if (t->at.offset == 0)
		mention_encoding(t, text);
	gather_begin(&t->gather, clock_realtime());
	while (cutter_next(&cutter, &rest, &cut) ||
	    (last && cutter_last(&cutter, &rest, &cut)))
		if (take_line(t, &s, &cut, rest, cutter.part)) {
			clean = rest;
			part = cutter.part;
		}
	t->at = position_in(&s, rest, cutter.part);
	t->scanned = rest.len;
	t->in_hole = cutter.in_hole;
	router_incidents(t->router)->hole_bytes += cutter.hole;
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
