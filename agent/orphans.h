/*
 * Sources whose file is not what was read of it any more: a rotation renamed,
 * copied or compressed it.  The file that has the rest is looked for, a piece
 * of work at a time; meanwhile no other of its family (files that had the
 * same name before any rotation) is begun, so that the old comes before the
 * new.
 */
#ifndef AGENT_ORPHANS_H
#define AGENT_ORPHANS_H

#include "agent/search.h"
#include "agent/tail.h"

struct followed;

struct orphan {
	struct former former;
	struct followed *heir; /* has its file now, and waits; or NULL */
	char *base; /* the name of the family */
	struct search *search; /* NULL: it was too early; try again */
	int64_t since; /* (monotonic) */
	struct orphan *next;
};

struct orphan_events {
	search_is_known *is_known;
	/* The rest is in `file`; takes over its descriptor. */
	void (*found)(
	    void *owner, struct orphan *o, const struct search_found *file);
	/* It is nowhere; `shorter`: but for a copy, all of which was read. */
	void (*lost)(
	    void *owner, struct orphan *o, const struct search_found *shorter);
};

struct orphans {
	struct orphan *first;
	const struct orphan_events *events;
	void *owner;
	int64_t patience; /* ns: so long copies are waited for */
};

/* Takes over what was read, which nobody reads now. */
void orphans_add(
    struct orphans *os, const struct former *former, struct followed *heir);

/* A piece of work; true: there is more to do now. */
bool orphans_turn(struct orphans *os);

/* Those for which it was too early are looked for again. */
void orphans_retry(struct orphans *os);

/* Is anyone of that family looked for? */
bool orphans_await(const struct orphans *os, const char *base);

/* Is that one looked for? */
bool orphans_have(const struct orphans *os, const struct source *source);

/* Does `heir` wait for any? */
bool orphans_inherit(const struct orphans *os, const struct followed *heir);

/* `heir` is followed no longer. */
void orphans_disinherit(struct orphans *os, const struct followed *heir);

/* Stop looking; the sources stay in the checkpoint. */
void orphans_clear(struct orphans *os);

#endif
