#include "agent/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/xalloc.h"

#define EVENTS                                                             \
	(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR)

struct watched {
	UT_hash_handle hh;
	int descriptor;
	char *path;
};

struct watch {
	uv_poll_t poll;
	int fd; /* -1: the kernel refuses */
	struct watched *directories;
	bool limited; /* some cannot be watched, and that was said */
	const struct watch_events *events;
	void *owner;
};

static void
forget(struct watch *w, struct watched *d)
{
	HASH_DEL(w->directories, d);
	free(d->path);
	free(d);
}

static void
report_write(struct watch *w, const struct watched *d, const char *name)
{
	const char *slash =
	    d->path[0] != '\0' && d->path[strlen(d->path) - 1] == '/' ? ""
								      : "/";
	char *path = xasprintf("%s%s%s", d->path, slash, name);
	w->events->written(w->owner, path);
	free(path);
}

static void
take_event(struct watch *w, const struct inotify_event *e, bool *changed)
{
	struct watched *d;
	HASH_FIND_INT(w->directories, &e->wd, d);
	if (e->mask & IN_IGNORED) {
		if (d != NULL)
			forget(w, d);
	} else if ((e->mask & IN_MODIFY) && d != NULL && e->len > 0)
		report_write(w, d, e->name);
	else
		*changed = true;
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	_Alignas(struct inotify_event) char buffer[16384];
	bool changed = false;
	(void)status;
	(void)events;
	ssize_t n = read(w->fd, buffer, sizeof(buffer));
	for (char *p = buffer; n > 0 && p < buffer + n;) {
		const struct inotify_event *e = (const void *)p;
		take_event(w, e, &changed);
		p += sizeof(*e) + e->len;
	}
	if (changed)
		w->events->changed(w->owner);
}

struct watch *
watch_new(uv_loop_t *loop, const struct watch_events *events, void *owner)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	w->events = events;
	w->owner = owner;
	w->poll.data = w;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd == -1) {
		log_warn("inotify: files are looked at once a second only");
		return w;
	}
	uv_poll_init(loop, &w->poll, w->fd);
	uv_poll_start(&w->poll, UV_READABLE, on_readable);
	return w;
}

void
watch_directory(struct watch *w, const char *path)
{
	struct watched *d;
	if (w->fd == -1)
		return;
	int descriptor = inotify_add_watch(w->fd, path, EVENTS);
	if (descriptor == -1) {
		if ((errno == ENOSPC || errno == ENOMEM) && !w->limited) {
			log_warn(
			    "inotify: %s and more: looked at once a second "
			    "only; raise fs.inotify.max_user_watches",
			    path);
			w->limited = true;
		}
		return;
	}
	HASH_FIND_INT(w->directories, &descriptor, d);
	if (d != NULL && strcmp(d->path, path) == 0)
		return;
	if (d != NULL)
		forget(w, d);
	d = xcalloc(1, sizeof(*d));
	d->descriptor = descriptor;
	d->path = xstrdup(path);
	HASH_ADD_INT(w->directories, descriptor, d);
}

static void
on_closed(uv_handle_t *handle)
{
	struct watch *w = handle->data;
	close(w->fd);
	free(w);
}

void
watch_free(struct watch *w)
{
	struct watched *d, *next;
	if (w == NULL)
		return;
	HASH_ITER(hh, w->directories, d, next)
		forget(w, d);
	if (w->fd == -1)
		free(w);
	else
		uv_close((uv_handle_t *)&w->poll, on_closed);
}
