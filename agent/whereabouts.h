/*
 * The file that a source was read from, wherever it is by now: open, in its
 * place, renamed beside it, or copied or compressed by a rotation.
 */
#ifndef AGENT_WHEREABOUTS_H
#define AGENT_WHEREABOUTS_H

#include "agent/content.h"
#include "agent/search.h"
#include "agent/source.h"

/* Private to it but for `content`, once it was found. */
struct whereabouts {
	const struct source *source;
	int fd; /* -1: it is looked for */
	struct content content;
	struct search *search; /* among its siblings; NULL: not needed */
	bool other; /* what had its name and place was not it */
};

/*
 * Begin to look for what `source`, which must outlive it, was read from.  0;
 * -1, and nothing is to be closed: that cannot be told now, because nobody may
 * look, or nothing is mounted there.
 */
int whereabouts_open(struct whereabouts *w, const struct source *source);

/*
 * Look on, once.  1: call again; 0: `content` has the bytes that were read
 * before the source's `safe`; -1, and a sentence in `why`: no file has.
 */
int whereabouts_turn(struct whereabouts *w, const char **why);

void whereabouts_close(struct whereabouts *w);

#endif
