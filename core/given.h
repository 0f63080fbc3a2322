/*
 * Sockets that systemd opened and handed to this process, as
 * sd_listen_fds_with_names(3) finds them: LISTEN_PID, LISTEN_FDS and
 * LISTEN_FDNAMES in the environment, descriptors from 3 on.  A supervisor
 * keeps them and hands copies on to its children (core/child.h).
 */
#ifndef CORE_GIVEN_H
#define CORE_GIVEN_H

#include <stddef.h>

/* No more than so many are taken. */
#define GIVEN_MAX 16

/*
 * Find them, before anything is opened.  They are close-on-exec from now on,
 * and the environment says nothing of them any more but to those that call
 * given_inherit.
 */
void given_find(void);

/* In a child: its parent's, which are here from descriptor `first` on. */
void given_inherit(int first);

size_t given_count(void);

/* Its FileDescriptorName. */
const char *given_name(size_t i);

/* Number `i`, which is the caller's from now on; -1: it is somebody's. */
int given_take(size_t i);

/* For a child: copies of all of them, in their order; how many.  They are the
 * caller's; -1 is one that could not be copied, which was said. */
size_t given_copy(int fds[GIVEN_MAX]);

#endif
