#include "core/local_socket.h"

#include <errno.h>
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

struct local_server {
	uv_poll_t poll;
	struct sockaddr_un address;
	int fd;
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
on_connection(uv_poll_t *poll, int status, int events)
{
	struct local_server *s = poll->data;
	(void)status;
	(void)events;
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1)
		s->connected(s->owner, fd);
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
	s->poll.data = s;
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
	close(s->fd);
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
