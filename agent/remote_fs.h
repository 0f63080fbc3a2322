/* File systems that change without this kernel knowing. */
#ifndef AGENT_REMOTE_FS_H
#define AGENT_REMOTE_FS_H

#include <stdbool.h>

/*
 * What kind of file system `path` is on, if inotify(7) there does not tell of
 * all that is written: "nfs", "cifs", "fuse", "overlay", ...; NULL otherwise.
 * In `partly`: it does tell of what is written through the same mount, which
 * on overlay is nearly all.
 */
const char *remote_fs(const char *path, bool *partly);

#endif
