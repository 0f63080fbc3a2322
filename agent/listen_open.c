#include "agent/listen_open.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/listen_path.h"
#include "core/given.h"
#include "core/log.h"
#include "core/units.h"
#include "core/xalloc.h"

/* Connections that wait to be taken: the kernel takes its somaxconn if that is
 * less. */
#define BACKLOG 1024

static void
add(struct listening_list *list, const struct listening *one)
{
	list->items =
	    xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
	list->items[list->count++] = *one;
}

static int
set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* The kernel doubles what it is told, for its own needs (socket(7)). */
static void
enlarge(const struct input_options *input, const char *name, int fd)
{
	int wanted = (int)input->receive_buffer, got = 0;
	socklen_t size = sizeof(got);
	struct buffer want = { 0 }, have = { 0 };
	if (set(fd, SOL_SOCKET, SO_RCVBUFFORCE, wanted) == -1)
		set(fd, SOL_SOCKET, SO_RCVBUF, wanted);
	getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &size);
	if (got / 2 >= wanted)
		return;
	units_print_size(&want, wanted);
	units_print_size(&have, got / 2);
	log_warnx("input %s: %s: receive_buffer is " STR_FMT ", not " STR_FMT
		  ": the kernel gives no more; sysctl net.core.rmem_max=%d "
		  "would allow it",
	    input->name, name, STR_ARG(buffer_str(&have)),
	    STR_ARG(buffer_str(&want)), wanted);
	buffer_clear(&want);
	buffer_clear(&have);
}

static void
complain(const struct input_options *input, const char *name, uint16_t port)
{
	if (errno == EACCES && port < IPPORT_RESERVED)
		log_error("input %s: listen on %s: not permitted; ports below "
			  "1024 want root or CAP_NET_BIND_SERVICE",
		    input->name, name);
	else
		log_warn("input %s: listen on %s", input->name, name);
}

/*
 * Without an address both IPv6 and IPv4 come in by one socket; with one, [::]
 * is IPv6 alone, so that 0.0.0.0 can stand beside it.
 */
static int
bind_one(const struct input_options *input, const char *name,
    const struct listen_url *url, const struct addrinfo *at)
{
	int type = at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(at->ai_family, type, 0);
	if (fd == -1)
		return -1;
	if (at->ai_family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, url->place.len > 0);
	if (at->ai_socktype == SOCK_STREAM)
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind(fd, at->ai_addr, at->ai_addrlen) == -1 ||
	    (at->ai_socktype == SOCK_STREAM && listen(fd, BACKLOG) == -1)) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	if (at->ai_socktype == SOCK_DGRAM)
		enlarge(input, name, fd);
	return fd;
}

/* All addresses that a name has; of "any" the first that this host can. */
static int
bind_all(const struct input_options *input, const char *name,
    const struct listen_url *url, const struct addrinfo *all,
    struct listening_list *list)
{
	bool any = url->place.len == 0;
	for (const struct addrinfo *at = all; at != NULL; at = at->ai_next) {
		int fd = bind_one(input, name, url, at);
		if (fd == -1 && any && at->ai_next != NULL)
			continue;
		if (fd == -1) {
			complain(input, name, url->port);
			return -1;
		}
		const struct listening one = {
			.fd = fd, .kind = url->kind, .name = xstrdup(name)
		};
		add(list, &one);
		if (any)
			break;
	}
	return 0;
}

static int
open_network(const struct input_options *input, const char *name,
    const struct listen_url *url, struct listening_list *list)
{
	struct addrinfo *all = NULL;
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype =
		    url->kind == LISTEN_UDP ? SOCK_DGRAM : SOCK_STREAM };
	char *host = str_copy(url->place), *port = xasprintf("%u", url->port);
	int error =
	    getaddrinfo(host[0] != '\0' ? host : "::", port, &hints, &all);
	if (error == 0 && host[0] == '\0') {
		struct addrinfo *four = NULL;
		error = getaddrinfo("0.0.0.0", port, &hints, &four);
		all->ai_next = four;
	}
	if (error != 0)
		log_error("input %s: listen on %s: %s", input->name, name,
		    gai_strerror(error));
	int status = error == 0 ? bind_all(input, name, url, all, list) : -1;
	if (all != NULL)
		freeaddrinfo(all);
	free(host);
	free(port);
	return status;
}

/* What a socket is that somebody else made. */
static int
kind_of(int fd, enum listen_kind *kind)
{
	int family = 0, type = 0, listens = 0;
	socklen_t size = sizeof(int);
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size);
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
	if (type == SOCK_DGRAM)
		*kind = family == AF_UNIX ? LISTEN_UNIX_DGRAM : LISTEN_UDP;
	else if (type == SOCK_STREAM && listens)
		*kind = family == AF_UNIX ? LISTEN_UNIX_STREAM : LISTEN_TCP;
	else
		return -1;
	return family == AF_UNIX || family == AF_INET || family == AF_INET6
	    ? 0
	    : -1;
}

static int
open_given(const struct input_options *input, const char *name,
    const struct listen_url *url, struct listening_list *list)
{
	size_t before = list->count;
	for (size_t i = 0; i < given_count(); i++) {
		struct listening one = { 0 };
		if (url->place.len > 0 &&
		    !str_equal(url->place, str_from(given_name(i))))
			continue;
		one.fd = given_take(i);
		if (one.fd == -1 || kind_of(one.fd, &one.kind) == -1) {
			log_error("input %s: %s: descriptor %zu is %s",
			    input->name, name, i,
			    one.fd == -1 ? "another input's already"
					 : "no socket that syslog comes in by");
			return -1;
		}
		if (one.kind == LISTEN_UDP)
			enlarge(input, name, one.fd);
		one.name = xstrdup(name);
		add(list, &one);
	}
	if (list->count > before)
		return 0;
	log_error("input %s: %s: systemd handed over no such socket; is the "
		  ".socket unit active, and named by Sockets= of the service?",
	    input->name, name);
	return -1;
}

static int
open_one(const struct input_options *input, const char *text,
    struct listening_list *list)
{
	struct listen_url url;
	const char *wrong;
	int status = listen_url_read(text, &url, &wrong);
	assert(status == 0); /* the option's row checked it */
	if (url.kind == LISTEN_SYSTEMD)
		return open_given(input, text, &url, list);
	if (url.kind != LISTEN_UNIX_DGRAM && url.kind != LISTEN_UNIX_STREAM)
		return open_network(input, text, &url, list);
	struct listening one = { .kind = url.kind };
	one.path = str_copy(url.place);
	one.fd = listen_path_open(input, one.kind, one.path, &one.file);
	if (one.fd == -1) {
		free(one.path);
		return -1;
	}
	one.name = xstrdup(text);
	add(list, &one);
	return 0;
}

int
listen_open(const struct input_options *input, struct listening_list *list)
{
	for (size_t i = 0; i < input->listen.count; i++) {
		if (open_one(input, input->listen.items[i], list) == 0)
			continue;
		for (size_t k = 0; k < list->count; k++)
			close(list->items[k].fd);
		listen_forget(list);
		return -1;
	}
	return 0;
}

void
listen_forget(struct listening_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct listening *one = &list->items[i];
		if (one->path != NULL)
			listen_path_remove(one->path, &one->file);
		free(one->path);
		free(one->name);
	}
	free(list->items);
	*list = (struct listening_list){ 0 };
}
