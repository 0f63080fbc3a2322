#include "agent/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/remote_fs.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "core/xalloc.h"

#define EVENTS                                                             \
	(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR)

#define UNWATCHED (-1)

#define LOOKS 100 /* of some hundred events each */

struct watched {
	UT_hash_handle hh; /* by descriptor, if there is one */
	UT_hash_handle by_path;
	int descriptor;
	const char *why_not; /* NULL: inotify tells all */
	uint64_t sweep; /* the last one that named it */
	char path[];
};

struct watch {
	uv_poll_t poll;
	int fd; /* -1: the kernel refuses */
	struct watched *directories; /* by descriptor */
	struct watched *paths;
	uint64_t sweep;
	bool limited; /* some cannot be watched, and that was said */
	bool overflowed; /* and that was said */
	const struct watch_events *events;
	void *owner;
};

/* The kernel watches it no longer. */
static void
unwatch(struct watch *w, struct watched *d, const char *why)
{
	if (d->descriptor != UNWATCHED)
		HASH_DEL(w->directories, d);
	d->descriptor = UNWATCHED;
	d->why_not = why;
}

static void
forget(struct watch *w, struct watched *d)
{
	if (d->descriptor != UNWATCHED)
		inotify_rm_watch(w->fd, d->descriptor);
	unwatch(w, d, NULL);
	HASH_DELETE(by_path, w->paths, d);
	free(d);
}

static void
report(struct watch *w, const struct watched *d, const struct inotify_event *e)
{
	const char *slash =
	    d->path[0] != '\0' && d->path[strlen(d->path) - 1] == '/' ? ""
								      : "/";
	char *path = xasprintf("%s%s%s", d->path, slash, e->name);
	if (e->mask & IN_MODIFY)
		w->events->written(w->owner, path);
	else if (e->mask & (IN_CREATE | IN_MOVED_TO))
		w->events->came(w->owner, path, (e->mask & IN_MOVED_TO) != 0);
	else if (e->mask & (IN_DELETE | IN_MOVED_FROM))
		w->events->went(w->owner, path, (e->mask & IN_MOVED_FROM) != 0);
	free(path);
}

static void
say_overflow(struct watch *w)
{
	if (!w->overflowed)
		log_warnx("inotify: more changes than fit its queue; looking "
			  "for them (fs.inotify.max_queued_events)");
	w->overflowed = true;
}

static void
take_event(struct watch *w, const struct inotify_event *e, bool *changed)
{
	struct watched *d;
	HASH_FIND_INT(w->directories, &e->wd, d);
	if (e->mask & IN_Q_OVERFLOW)
		say_overflow(w);
	if (e->mask & IN_IGNORED) {
		if (d != NULL)
			unwatch(w, d, "it is gone");
		return;
	}
	/* Else of one that is watched no longer. */
	if (d != NULL && e->len > 0 && !(e->mask & IN_ISDIR))
		report(w, d, e);
	*changed |= (e->mask & IN_MODIFY) == 0;
}

/* Some of what the kernel has; false: there was nothing. */
static bool
take_events(struct watch *w)
{
	_Alignas(struct inotify_event) char buffer[16384];
	bool changed = false;
	ssize_t n = read(w->fd, buffer, sizeof(buffer));
	for (char *p = buffer; n > 0 && p < buffer + n;) {
		const struct inotify_event *e = (const void *)p;
		take_event(w, e, &changed);
		p += sizeof(*e) + e->len;
	}
	if (changed)
		w->events->changed(w->owner);
	return n > 0;
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	take_events(poll->data);
}

void
watch_look(struct watch *w)
{
	/* Whoever makes changes faster than this reads them does not hold it
	 * up for ever. */
	for (int i = 0; i < LOOKS && w->fd != -1 && take_events(w); i++)
		;
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
		log_warn("inotify: files are looked at once a second only; "
			 "raise fs.inotify.max_user_instances");
		return w;
	}
	uv_poll_init(loop, &w->poll, w->fd);
	uv_poll_start(&w->poll, UV_READABLE, on_readable);
	return w;
}

static struct watched *
find_or_add(struct watch *w, const char *path)
{
	struct watched *d;
	size_t len = strlen(path);
	HASH_FIND(by_path, w->paths, path, len, d);
	if (d != NULL)
		return d;
	d = xcalloc(1, sizeof(*d) + len + 1);
	memcpy(d->path, path, len);
	d->descriptor = UNWATCHED;
	HASH_ADD_KEYPTR(by_path, w->paths, d->path, len, d);
	return d;
}

static void
say_limited(struct watch *w, const char *path)
{
	if (!w->limited)
		log_warn("inotify: %s and more: looked at once a second only; "
			 "raise fs.inotify.max_user_watches",
		    path);
	w->limited = true;
}

/* The kernel has another directory there than it had. */
static void
take_descriptor(struct watch *w, struct watched *d, int descriptor)
{
	struct watched *other;
	bool partly;
	HASH_FIND_INT(w->directories, &descriptor, other);
	if (other != NULL && other->sweep == w->sweep) {
		unwatch(w, d, "its directory has another name too");
		return;
	}
	if (other != NULL) /* it has been renamed */
		unwatch(w, other, "it is gone");
	if (d->descriptor != UNWATCHED)
		inotify_rm_watch(w->fd, d->descriptor);
	unwatch(w, d, NULL);
	d->why_not = remote_fs(d->path, &partly);
	if (d->why_not != NULL && !partly) {
		inotify_rm_watch(w->fd, descriptor);
		return;
	}
	d->descriptor = descriptor;
	HASH_ADD_INT(w->directories, descriptor, d);
}

void
watch_directory(struct watch *w, const char *path)
{
	struct watched *d = find_or_add(w, path);
	d->sweep = w->sweep;
	if (w->fd == -1) {
		d->why_not = "there is no inotify";
		return;
	}
	int descriptor = inotify_add_watch(w->fd, path, EVENTS);
	if (descriptor != -1) {
		if (descriptor != d->descriptor)
			take_descriptor(w, d, descriptor);
		return;
	}
	bool limit = errno == ENOSPC || errno == ENOMEM;
	if (limit)
		say_limited(w, path);
	unwatch(w, d,
	    limit ? "fs.inotify.max_user_watches" : "it cannot be watched");
}

void
watch_begin_sweep(struct watch *w)
{
	w->sweep++;
}

void
watch_end_sweep(struct watch *w)
{
	struct watched *d, *next;
	HASH_ITER(by_path, w->paths, d, next)
		if (d->sweep != w->sweep)
			forget(w, d);
}

const char *
watch_why_not(struct watch *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	char *directory =
	    len > 0 ? str_copy((struct str){ path, len }) : xstrdup(".");
	struct watched *d;
	HASH_FIND(by_path, w->paths, directory, strlen(directory), d);
	const char *why = d != NULL ? d->why_not : "no pattern leads there";
	free(directory);
	return why;
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
	HASH_ITER(by_path, w->paths, d, next)
		forget(w, d);
	if (w->fd == -1)
		free(w);
	else
		uv_close((uv_handle_t *)&w->poll, on_closed);
}
