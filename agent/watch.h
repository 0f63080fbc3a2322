/*
 * inotify(7) on directories, as a hint that something changed.  Hints get
 * lost (queue overflow, limits, network file systems), so whoever uses this
 * also looks for himself now and then.
 */
#ifndef AGENT_WATCH_H
#define AGENT_WATCH_H

#include <stdbool.h>
#include <uv.h>

struct watch;

struct watch_events {
	/* The file `path` was written to. */
	void (*written)(void *owner, const char *path);
	/* Names came, went or moved; or hints were lost. */
	void (*changed)(void *owner);
};

/* Never NULL: without inotify it stays silent, having said so. */
struct watch *
watch_new(uv_loop_t *loop, const struct watch_events *events, void *owner);

/* Watch a directory; cheap when it is watched already. */
void watch_directory(struct watch *w, const char *path);

void watch_free(struct watch *w);

#endif
