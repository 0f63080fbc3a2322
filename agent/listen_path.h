/*
 * A Unix socket at a path, for programs to write to: /dev/log.
 */
#ifndef AGENT_LISTEN_PATH_H
#define AGENT_LISTEN_PATH_H

#include "config/config.h"
#include "config/listen_url.h"
#include "core/identity.h"

/*
 * Make the socket, with the input's socket_mode.  One that nobody serves any
 * more is replaced; nothing else that stands there is touched.  A descriptor,
 * and in `file` what it is on the disk; or -1, having said why.
 */
int listen_path_open(const struct input_options *input, enum listen_kind kind,
    const char *path, struct identity *file);

/* Remove the socket, unless another stands there by now. */
void listen_path_remove(const char *path, const struct identity *file);

#endif
