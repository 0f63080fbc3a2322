/*
 * The sockets of a syslog input, from what its `listen` says.
 */
#ifndef AGENT_LISTEN_OPEN_H
#define AGENT_LISTEN_OPEN_H

#include <stddef.h>

#include "config/config.h"
#include "config/listen_url.h"
#include "core/identity.h"

/* A socket that is bound, does not block, and, of a stream, listens. */
struct listening {
	int fd; /* its user closes it */
	enum listen_kind kind; /* never LISTEN_SYSTEMD: what was handed over */
	char *name; /* for messages: as in `listen` */
	char *path; /* in the file system, made by us; or NULL */
	struct identity file; /* what stands there */
};

struct listening_list {
	struct listening *items;
	size_t count;
};

/*
 * Open all that the input listens at, onto the end of an empty list.  0; or
 * -1, having said why, and the list is empty again.
 */
int listen_open(const struct input_options *input, struct listening_list *list);

/* Names are removed that we made and that are still ours, and memory; the
 * descriptors are not closed. */
void listen_forget(struct listening_list *list);

#endif
