/*
 * Files that stay beneath a directory.
 *
 * The administrator names the base directory and may use symbolic links in
 * it.  Everything after it was made from records, that is, by strangers: no
 * name leads out of the base, neither by "..", nor by a leading '/', nor
 * through a symbolic link at any place.  Names refused for that fail with
 * EXDEV, ELOOP or ENOTDIR.
 *
 * All return -1 with errno set on failure; nothing is logged here.
 */
#ifndef COLLECTOR_BENEATH_H
#define COLLECTOR_BENEATH_H

#include <stdbool.h>

/*
 * Open the base directory `path` ("/srv/logs/", with its '/' at the end;
 * empty: the current directory), creating what is missing of it.  With
 * `sync` new names in directories are on the disk when this returns.
 * Returns a descriptor (O_PATH) that is only good for the calls below.
 */
int beneath_base(const char *path, bool sync);

/* Open the file `name`, which must exist.  `flags` as for open(2). */
int beneath_open(int base, const char *name, int flags);

/*
 * The same by steps, directory after directory: what beneath_open does where
 * the kernel has no openat2(2) or a sandbox refuses it.
 */
int beneath_walk(int base, const char *name, int flags);

/*
 * Create the file `name` (0640) and the directories on the way to it (0750),
 * and open it.  EEXIST if there is something of that name.
 */
int beneath_create(int base, const char *name, int flags, bool sync);

#endif
