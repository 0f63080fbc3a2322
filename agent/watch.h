/*
 * inotify(7) on directories, as a hint that something changed.  Hints get
 * lost (queue overflow, limits, file systems on which others write), so
 * whoever uses this also looks for himself now and then.
 */
#ifndef AGENT_WATCH_H
#define AGENT_WATCH_H

#include <stdbool.h>
#include <uv.h>

struct watch;

struct watch_events {
	/* The file `path` was written to. */
	void (*written)(void *owner, const char *path);
	/* A name came, went or moved.  Also `changed`, behind them all. */
	void (*came)(void *owner, const char *path, bool moved);
	void (*went)(void *owner, const char *path, bool moved);
	/* Names came, went or moved; or hints were lost. */
	void (*changed)(void *owner);
};

/* Tell now what is known by now. */
void watch_look(struct watch *w);

/* Never NULL: without inotify it stays silent, having said so. */
struct watch *
watch_new(uv_loop_t *loop, const struct watch_events *events, void *owner);

/*
 * Directories that are not named again until watch_end_sweep are watched no
 * longer: removed and made anew they are others.
 */
void watch_begin_sweep(struct watch *w);
void watch_end_sweep(struct watch *w);

/* Watch a directory; cheap when it is watched already. */
void watch_directory(struct watch *w, const char *path);

/*
 * Why nothing tells when files in the directory of `path` grow, so that only
 * looking helps: "nfs: others write to it"; NULL: inotify tells.
 */
const char *watch_why_not(struct watch *w, const char *path);

void watch_free(struct watch *w);

#endif
