/*
 * Files that were renamed while nobody followed them, as a rotation does.
 */
#ifndef AGENT_RENAMED_H
#define AGENT_RENAMED_H

#include "agent/source.h"

/*
 * The present path of the file that was once read as `path`: one in the same
 * directory with this identity.  NULL when there is none; otherwise the
 * caller frees it.
 */
char *renamed_find(const char *path, const struct identity *identity);

#endif
