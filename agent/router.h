/*
 * From a cut line to the window: what the line says about itself, the
 * input's filters, its routing key.
 */
#ifndef AGENT_ROUTER_H
#define AGENT_ROUTER_H

#include "agent/grouping.h"
#include "agent/incidents.h"
#include "agent/lines.h"
#include "agent/source.h"
#include "agent/window.h"
#include "config/config.h"

struct router;

/*
 * The router of one input; `config`, `input` and `window` must outlive it.
 * Without a window it makes records only.
 * Returns NULL, having said why, if filters or template are no good.
 */
struct router *router_new(const struct config *config,
    const struct input_options *input, struct window *window);

/*
 * Make the text of a cut, of the bytes of a file, what it stands for; `first`:
 * it begins the file.  Valid until the next one (agent/decode.h).
 */
void router_decode(struct router *r, struct cut *cut, bool first);

/* What happened to the input's bytes: whoever sees it counts it there. */
struct incidents *router_incidents(struct router *r);

/*
 * What the head of a line says of itself: all parts of a line that is cut
 * have the level of its head, and so one routing key.
 */
struct level {
	enum severity severity;
	enum facility facility;
	bool known;
};

/* What all lines of one read have in common. */
struct origin {
	struct source *source;
	struct span *span;
	int64_t received; /* ns since the epoch */
	struct level *level; /* of the line in parts; its reader keeps it */
};

/*
 * The level of a line in parts that begins with `head`, of which no more than
 * ROUTER_HEAD bytes count: so many are read again after a restart.
 */
#define ROUTER_HEAD 4096
struct level router_level(const struct router *r, struct str head);

/*
 * The same of the first part of a syslog message, as it came at `received`
 * (ns since the epoch); and what else it says of itself, for its other parts:
 * appended to `out` as record/attributes.h writes it, but for what is too long
 * to be written with each of them.
 */
struct level router_head(const struct router *r, const struct cut *cut,
    int64_t received, struct buffer *out);

/*
 * The record that a line makes, its key included, without a place in a chain;
 * valid until the next one.  False: a filter drops it.
 */
bool router_make(struct router *r, const struct origin *origin,
    const struct cut *cut, uint64_t pos, struct record *record);

/*
 * One line, which ends at `pos` in its source: into the window, or dropped
 * by a filter and counted.
 */
void router_take(struct router *r, const struct origin *origin,
    const struct cut *cut, uint64_t pos);

/* How lines become messages in front of it; NULL: each is one. */
const struct grouping_rules *router_grouping(const struct router *r);

/* No more of this source for now: enough of its lines wait for a queue. */
bool router_is_held_up(const struct router *r, const struct source *s);

/* read = filtered + what went into the window, always. */
struct router_stats {
	uint64_t read;
	uint64_t filtered;
	uint64_t limited; /* passed, because a pattern reached its limit */
	uint64_t unchained; /* their source has too many chains */
	uint64_t malformed; /* messages that no RFC allows; they went on */
	struct incidents incidents; /* besides lines */
};
struct router_stats router_stats(const struct router *r);

void router_free(struct router *r);

#endif
