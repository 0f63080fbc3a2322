/*
 * What a path leads to, looked at without opening it: so nothing waits for
 * the other end of a FIFO, and no device notices.
 */
#ifndef AGENT_CANDIDATE_H
#define AGENT_CANDIDATE_H

#include <sys/stat.h>

/*
 * Why what `path` leads to (`st`, by stat(2)) is not to be followed, whoever
 * asks: "a FIFO", "a directory"; NULL if it is a file that holds bytes.  A
 * file of /proc or /sys is regular and holds none.
 */
const char *candidate_unfit(const char *path, const struct stat *st);

/*
 * Open it for reading; never waits.  -1 and errno: it cannot be read, or
 * (ENOENT) it is no regular file any more.
 */
int candidate_open(const char *path);

#endif
