/*
 * Is a file that just appeared a plain copy, which its original may be
 * truncated after (agent/copies.h)?
 */
#ifndef AGENT_COPY_PLAIN_H
#define AGENT_COPY_PLAIN_H

#include "agent/copies.h"

/* Of `file`, as copies_judge. */
enum copies_verdict copy_plain_judge(
    struct followed_set *set, const struct rotated *file, int64_t patience);

#endif
