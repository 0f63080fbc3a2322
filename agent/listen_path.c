#include "agent/listen_path.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"

#define BACKLOG 1024

static int
new_socket(enum listen_kind kind)
{
	int type = kind == LISTEN_UNIX_DGRAM ? SOCK_DGRAM : SOCK_STREAM;
	return socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Does somebody answer at a socket of either kind? */
static bool
is_served(const struct sockaddr_un *address)
{
	static const enum listen_kind kinds[] = { LISTEN_UNIX_DGRAM,
		LISTEN_UNIX_STREAM };
	bool served = false;
	for (size_t i = 0; i < 2 && !served; i++) {
		int fd = new_socket(kinds[i]);
		/* EPROTOTYPE: it is of the other kind, and alive or not. */
		served = fd != -1 &&
		    (connect(fd, (const struct sockaddr *)address,
			 sizeof(*address)) == 0 ||
			errno == EAGAIN);
		if (fd != -1)
			close(fd);
	}
	return served;
}

/* Something stands where the socket is to be: 0 if it is out of the way now. */
static int
make_room(const struct input_options *input, const struct sockaddr_un *address)
{
	const char *path = address->sun_path;
	struct stat st;
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	if (S_ISLNK(st.st_mode)) {
		log_error("input %s: listen on %s: a symbolic link stands "
			  "there; where systemd-journald serves it, take "
			  "listen = systemd:",
		    input->name, path);
		return -1;
	}
	if (!S_ISSOCK(st.st_mode)) {
		log_error("input %s: listen on %s: what stands there is no "
			  "socket",
		    input->name, path);
		return -1;
	}
	if (is_served(address)) {
		log_error("input %s: listen on %s: another process serves it",
		    input->name, path);
		return -1;
	}
	if (unlink(path) == 0)
		return 0;
	log_warn("input %s: remove the socket %s that nobody serves",
	    input->name, path);
	return -1;
}

int
listen_path_open(const struct input_options *input, enum listen_kind kind,
    const char *path, struct identity *file)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (make_room(input, &address) == -1)
		return -1;
	int fd = new_socket(kind);
	if (fd == -1 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) ==
		-1 ||
	    chmod(path, (mode_t)input->socket_mode) == -1 ||
	    (kind == LISTEN_UNIX_STREAM && listen(fd, BACKLOG) == -1) ||
	    identity_look(path, file) == -1) {
		log_warn("input %s: listen on %s", input->name, path);
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

void
listen_path_remove(const char *path, const struct identity *file)
{
	struct identity now;
	if (identity_look(path, &now) == 0 && identity_is_same(&now, file) &&
	    unlink(path) == -1)
		log_warn("remove %s", path);
}
