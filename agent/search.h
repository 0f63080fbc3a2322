/*
 * Where the rest of a source is: a file that was renamed, copied or
 * compressed by a rotation is looked for among the files of its name in its
 * directory, by what it is recognised by: the bytes just before the place that
 * was reached.  Compressed ones are inflated that far, piece by piece.
 */
#ifndef AGENT_SEARCH_H
#define AGENT_SEARCH_H

#include "agent/marks.h"
#include "core/identity.h"

struct search;

/* What is looked for; all of it is copied. */
struct search_wanted {
	const char *path; /* where it was read last */
	const struct identity *identity;
	const struct position *at; /* that was reached */
	const struct marks *marks; /* NULL, or to know shorter copies by */
	/* The file is still there, with other bytes: only copies are left, and
	 * the newest of two that could be it is it. */
	bool was_copied;
};

/* Is that file known as something else?  Then it is not looked at. */
typedef bool search_is_known(void *owner, const struct identity *identity);

struct search *search_new(
    const struct search_wanted *wanted, search_is_known *known, void *owner);
void search_free(struct search *s);

enum search_state {
	SEARCH_MORE, /* call again */
	SEARCH_FOUND,
	SEARCH_NONE,
};

enum search_state search_turn(struct search *s);

/* The file found; its descriptor is the caller's from then on. */
struct search_found {
	int fd;
	struct identity identity;
	const char *path; /* the search's */
};
struct search_found search_found(struct search *s);

/*
 * Of SEARCH_NONE: a copy that ends before the place that was reached: all of
 * it was read.  Its `fd` is -1.  False: there is none.
 */
bool search_shorter_copy(const struct search *s, struct search_found *copy);

/* There are compressed files that are not finished yet, or empty ones: look
 * again a little later. */
bool search_is_early(const struct search *s);

#endif
