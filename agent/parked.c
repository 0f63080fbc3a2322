#include "agent/parked.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/candidate.h"
#include "agent/renamed.h"

void
parked_close(struct tail *t)
{
	content_clear(&t->content);
	close(t->fd);
	t->fd = t->source->fd = -1;
}

bool
parked_is(const struct tail *t)
{
	return t->fd == -1;
}

/* As parked_open, by this name alone. */
static int
open_as(struct tail *t, const char *path)
{
	struct identity found;
	int fd = candidate_open(path);
	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (identity_read(fd, &found) == -1 ||
	    !identity_is_same(&found, &t->source->identity)) {
		close(fd);
		return 0;
	}
	t->fd = t->source->fd = fd;
	content_init(&t->content, fd);
	return 1;
}

int
parked_open(struct tail *t)
{
	int opened = open_as(t, t->source->path);
	if (opened != 0)
		return opened;
	char *path = NULL;
	errno = ENOENT; /* another file system gives no reason */
	int found = renamed_find(t->source->path, &t->source->identity, &path);
	if (found == 1)
		opened = open_as(t, path);
	free(path);
	return found == -1 ? -1 : opened;
}
