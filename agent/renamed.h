/*
 * Files that were renamed while nobody followed them, as a rotation does.
 */
#ifndef AGENT_RENAMED_H
#define AGENT_RENAMED_H

#include "agent/listing.h"
#include "core/identity.h"

/*
 * The present path of the file that was once read as `path`: one in the same
 * directory with this identity.  1 and `*found`, which is the caller's to
 * free; 0: it is not there; -1: that cannot be told, because the directory
 * cannot be read (errno), or is of another file system than the file was (one
 * that is not mounted, say: ESTALE).
 */
int
renamed_find(const char *path, const struct identity *identity, char **found);

/* The same for one of many, with directories as they were listed. */
int renamed_find_among(struct listings *listings, const char *path,
    const struct identity *identity, char **found);

#endif
