#include "agent/whereabouts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/renamed.h"

/* -1: there is none, or it is another file. */
static int
open_if_same(const char *path, const struct identity *wanted)
{
	struct identity found;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd != -1 &&
	    (identity_read(fd, &found) == -1 ||
		!identity_is_same(&found, wanted))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* -1: it is not there, or (`*unsure`) that cannot be told. */
static int
find_file(const struct source *s, bool *unsure)
{
	if (s->fd != -1)
		return fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	int fd = open_if_same(s->path, &s->identity);
	if (fd != -1)
		return fd;
	char *path;
	int found = renamed_find(s->path, &s->identity, &path);
	if (found == 1)
		fd = open_if_same(path, &s->identity);
	*unsure = found == -1 || (found == 1 && fd == -1);
	free(path);
	return fd;
}

static bool
none_is_known(void *owner, const struct identity *identity)
{
	(void)owner;
	(void)identity;
	return false;
}

static void
close_file(struct whereabouts *w)
{
	if (w->fd == -1)
		return;
	content_clear(&w->content);
	close(w->fd);
	w->fd = -1;
}

/* Its file is not there any more: perhaps copied, or compressed. */
static void
search_siblings(struct whereabouts *w)
{
	const struct search_wanted wanted = { .path = w->source->path,
		.identity = &w->source->identity,
		.at = &w->source->safe };
	close_file(w);
	search_free(w->search);
	w->search = search_new(&wanted, none_is_known, NULL);
}

static void
take_file(struct whereabouts *w, int fd)
{
	w->fd = fd;
	content_init(&w->content, fd);
}

int
whereabouts_open(struct whereabouts *w, const struct source *source)
{
	bool unsure = false;
	*w = (struct whereabouts){ .source = source, .fd = -1 };
	int fd = find_file(source, &unsure);
	if (unsure)
		return -1;
	if (fd != -1)
		take_file(w, fd);
	else
		search_siblings(w);
	return 0;
}

int
whereabouts_turn(struct whereabouts *w, const char **why)
{
	*why = w->other ? "its file holds other bytes now"
			: "its file is not there any more";
	if (w->fd == -1) {
		enum search_state state = search_turn(w->search);
		if (state == SEARCH_FOUND)
			take_file(w, search_found(w->search).fd);
		return state == SEARCH_NONE ? -1 : 1;
	}
	int result = content_matches(&w->content, &w->source->safe);
	if (result == 0) {
		/* Truncated behind a copy, say. */
		w->other = true;
		search_siblings(w);
	}
	return result == 1 ? 0 : 1;
}

void
whereabouts_close(struct whereabouts *w)
{
	search_free(w->search);
	w->search = NULL;
	close_file(w);
}
