/*
 * One process per state directory: flock(2) on a file, which the kernel lets
 * go of when the process ends, however it ends.
 */
#ifndef CORE_LOCK_H
#define CORE_LOCK_H

/*
 * Make `directory` (0700, with its parents) if it is missing, and lock the
 * file `name` in it, for which a predecessor that is just about to end is
 * given three seconds.  Returns the descriptor to close to unlock, or -1 having
 * said why ("locked by another weir").
 */
int lock_directory(const char *directory, const char *name);

#endif
