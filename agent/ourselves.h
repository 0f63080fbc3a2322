/*
 * What this weir says of itself must not come back to it as a line: which
 * messages, of those that reach a journal or the kernel, are its own.  Its
 * own are those of this process, its children in other roles, and its
 * supervisor; not those of commands that an input runs.
 */
#ifndef AGENT_OURSELVES_H
#define AGENT_OURSELVES_H

#include <stdbool.h>

#include "core/str.h"

/*
 * A message of the process `pid`, which runs the file `exe`, in the service
 * `invocation` (INVOCATION_ID); each may be empty: not known.
 */
bool ourselves_wrote(struct str exe, struct str invocation, struct str pid);

#endif
