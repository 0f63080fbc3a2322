/*
 * The lines of one source on their way to the router: what becomes of them
 * (agent/grouping.h), under which span, and up to where the source may be
 * called read.
 *
 * Invariant: a span ends at a clean place only, from which whoever reads the
 * source again makes the same messages, and nothing that goes out under it
 * ends behind that.  So `safe` never passes the first line of a message that
 * is not complete.
 */
#ifndef AGENT_GATHER_H
#define AGENT_GATHER_H

#include "agent/grouping.h"
#include "agent/router.h"
#include "agent/source.h"

/* A zeroed struct is none. */
struct gather {
	struct router *router;
	struct source *source;
	struct level *level;
	struct grouping *grouping; /* NULL: each line is a message */
	struct origin origin; /* its span: open, or NULL */
	struct position clean; /* the last clean place */
	bool dirty; /* something went out since */
	bool carried; /* the span is an earlier read's */
};

/*
 * Lines of `source` from `at` on, which is a clean place, go to `router`.
 * What was held of another source is forgotten.  `level` is as in struct
 * origin.
 */
void gather_start(struct gather *g, struct router *router,
    struct source *source, const struct position *at, struct level *level);

/* A read begins; its lines were received at `received`. */
void gather_begin(struct gather *g, int64_t received);

/* A line of it, which ends at `pos`. */
void gather_line(struct gather *g, const struct cut *cut, uint64_t pos);

/* What is held ends here. */
void gather_flush(struct gather *g);

/* Is `pos`, behind the last line, a clean place? */
bool gather_is_clean(const struct gather *g, uint64_t pos);

/* Does an earlier read's span wait for a clean place? */
bool gather_is_carried(const struct gather *g);

/* `at` is a clean place: the present one, or the last that there was. */
void gather_mark(struct gather *g, const struct position *at);

/* The read ends, and with it its span, unless that must wait. */
void gather_end(struct gather *g);

/* Is something held, and has it waited for too long? */
bool gather_is_pending(const struct gather *g);
bool gather_is_overdue(const struct gather *g);

/* Nobody reads the source any more; what is held will be read again. */
void gather_clear(struct gather *g);

#endif
