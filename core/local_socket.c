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

int
local_socket_listen(const char *directory, const char *name, int *lock)
{
	struct sockaddr_un address;
	*lock = -1;
	if (!address_of(directory, name, &address)) {
		log_warnx("%s/%s.sock: longer than the %zu bytes a socket's "
			  "path may have; choose another [weir] runtime",
		    directory, name, sizeof(address.sun_path) - 1);
		return -1;
	}
	char *lock_name = xasprintf("%s.lock", name);
	*lock = lock_directory(directory, lock_name);
	free(lock_name);
	if (*lock == -1)
		return -1;
	int fd = listen_at(&address);
	if (fd == -1) {
		close(*lock);
		*lock = -1;
	}
	return fd;
}

void
local_socket_remove(const char *directory, const char *name)
{
	struct sockaddr_un address;
	if (address_of(directory, name, &address))
		unlink(address.sun_path);
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
