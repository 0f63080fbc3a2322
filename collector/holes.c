#include "collector/holes.h"

#include <inttypes.h>

#include "core/clock.h"
#include "core/log.h"

/* False if that would be too much. */
static bool
say(struct holes *h, const struct known *c, const struct chain *chain,
    struct interval hole)
{
	if (h->said == HOLES_SAID_MAX) {
		h->unsaid++;
		return false;
	}
	h->said++;
	log_warnx("stream %s: %s: bytes %" PRIu64 " to %" PRIu64 " are missing",
	    c->stream, known_label(chain).text, hole.from, hole.to);
	return true;
}

static void
look_at(
    struct holes *h, const struct known *c, struct chain *chain, int64_t now)
{
	for (uint32_t i = 0; i < chain->seen.count; i++) {
		struct lower *lower = &chain->seen.lower[i];
		struct interval hole = intervals_hole(&chain->seen, i);
		if (lower->is_counted || now - lower->opened < HOLE_PATIENCE ||
		    given_up_has(chain->given_up, hole))
			continue;
		lower->is_counted = true;
		lower->is_said = say(h, c, chain, hole);
	}
}

static void
end_minute(struct holes *h, const struct known *c, int64_t now)
{
	if (h->unsaid > 0)
		log_warnx("stream %s: %" PRIu64 " more holes; %" PRIu64
			  " are open",
		    c->stream, h->unsaid, c->open);
	h->minute = now;
	h->said = 0;
	h->unsaid = 0;
}

void
holes_look(struct holes *h, struct known *c, int64_t now)
{
	if (now - h->minute >= 60 * NS_PER_SECOND)
		end_minute(h, c, now);
	for (struct chain *it = c->holed; it != NULL; it = it->next)
		look_at(h, c, it, now);
}
