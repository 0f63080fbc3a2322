#include "core/local_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/lock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* False, and errno, when the path is too long. */
static bool
address_of(const char *directory, const char *name, struct sockaddr_un *address)
{
	char *path = xasprintf("%s/%s.sock", directory, name);
	size_t len = strlen(path);
	bool fits = len < sizeof(address->sun_path);
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (fits)
		memcpy(address->sun_path, path, len);
	free(path);
	errno = ENAMETOOLONG;
	return fits;
}

static int
new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int
listen_at(const struct sockaddr_un *address)
{
	int fd = new_socket();
	/* A socket left behind by one that was killed is in the way. */
	unlink(address->sun_path);
	mode_t mask = umask(0177);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		-1 ||
	    listen(fd, 16) == -1) {
		log_warn("listen on %s", address->sun_path);
		if (fd != -1)
			close(fd);
		fd = -1;
	}
	umask(mask);
	return fd;
}

/* How long nobody is let in when there are no descriptors, in ms. */
#define PAUSE 1000

struct local_server {
	uv_poll_t poll;
	uv_timer_t pause;
	int open_handles;
	struct sockaddr_un address;
	int fd;
	int spare; /* given up for one who wants in when there is no other */
	bool paused; /* and that was said */
	int lock; /* let go of after the socket */
	local_server_connected *connected;
	void *owner;
};

/* The lock, or -1 having said why. */
static int
claim(const char *directory, const char *name)
{
	char *lock_name = xasprintf("%s.lock", name);
	int lock = lock_directory(directory, lock_name);
	free(lock_name);
	return lock;
}

static void
hold_spare(struct local_server *s)
{
	if (s->spare == -1)
		s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/*
 * A connection, or -1 and errno.  Whoever asks why nothing works must not be
 * turned away because the descriptors are used up.
 */
static int
let_in(struct local_server *s)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = accept4(s->fd, NULL, NULL, flags);
	if (fd != -1 || s->spare == -1 || (errno != EMFILE && errno != ENFILE))
		return fd;
	close(s->spare);
	s->spare = -1;
	return accept4(s->fd, NULL, NULL, flags);
}

static void on_connection(uv_poll_t *poll, int status, int events);

static void
on_pause_over(uv_timer_t *timer)
{
	struct local_server *s = timer->data;
	hold_spare(s);
	uv_poll_start(&s->poll, UV_READABLE, on_connection);
}

/* The one who waits would make the socket readable for ever. */
static void
pause_serving(struct local_server *s)
{
	if (!s->paused)
		log_warn("%s: nobody is let in for now", s->address.sun_path);
	s->paused = true;
	uv_poll_stop(&s->poll);
	uv_timer_start(&s->pause, on_pause_over, PAUSE, 0);
}

static void
on_connection(uv_poll_t *poll, int status, int events)
{
	struct local_server *s = poll->data;
	(void)status;
	(void)events;
	int fd = let_in(s);
	if (fd != -1) {
		s->paused = false;
		hold_spare(s);
		s->connected(s->owner, fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
	    errno == ENOBUFS)
		pause_serving(s);
}

struct local_server *
local_server_new(uv_loop_t *loop, const char *directory, const char *name,
    local_server_connected *connected, void *owner)
{
	struct local_server *s = xcalloc(1, sizeof(*s));
	s->connected = connected;
	s->owner = owner;
	if (!address_of(directory, name, &s->address)) {
		log_warnx("%s/%s.sock: longer than the %zu bytes a socket's "
			  "path may have; choose another [weir] runtime",
		    directory, name, sizeof(s->address.sun_path) - 1);
		goto free_server;
	}
	if ((s->lock = claim(directory, name)) == -1)
		goto free_server;
	if ((s->fd = listen_at(&s->address)) == -1)
		goto close_lock;
	s->spare = -1;
	hold_spare(s);
	s->poll.data = s->pause.data = s;
	s->open_handles = 2;
	uv_timer_init(loop, &s->pause);
	uv_poll_init(loop, &s->poll, s->fd);
	uv_poll_start(&s->poll, UV_READABLE, on_connection);
	return s;

close_lock:
	close(s->lock);
free_server:
	free(s);
	return NULL;
}

static void
on_closed(uv_handle_t *handle)
{
	struct local_server *s = handle->data;
	if (--s->open_handles > 0)
		return;
	close(s->fd);
	if (s->spare != -1)
		close(s->spare);
	close(s->lock);
	free(s);
}

void
local_server_free(struct local_server *s)
{
	if (s == NULL)
		return;
	unlink(s->address.sun_path);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	uv_close((uv_handle_t *)&s->pause, on_closed);
}

int
local_socket_connect(const char *directory, const char *name)
{
	struct sockaddr_un address;
	int fd = -1;
	if (!address_of(directory, name, &address) || (fd = new_socket()) == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) ==
	    0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}
