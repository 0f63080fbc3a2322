#include "broker/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/xalloc.h"

struct dial {
	uv_loop_t *loop;
	uv_getaddrinfo_t lookup;
	uv_poll_t poll;
	uv_timer_t timer;
	struct addrinfo *addresses;
	struct addrinfo *next;
	int fd;
	int64_t patience, silence;
	int pending; /* requests and handles that still refer to us */
	bool cancelled;
	dial_done *done;
	void *owner;
	char why[256];
};

static void try_next(struct dial *d);

static void
release(struct dial *d)
{
	if (--d->pending > 0)
		return;
	if (d->addresses != NULL)
		uv_freeaddrinfo(d->addresses);
	free(d);
}

static void
on_closed(uv_handle_t *handle)
{
	release(handle->data);
}

/* The last word, unless nobody wants it any more. */
static void
finish(struct dial *d, int fd)
{
	uv_close((uv_handle_t *)&d->timer, on_closed);
	if (!d->cancelled)
		d->done(d->owner, fd, d->why);
	else if (fd != -1)
		close(fd);
}

static void
on_poll_closed(uv_handle_t *handle)
{
	struct dial *d = handle->data;
	int fd = d->fd, error = 0;
	socklen_t size = sizeof(error);
	d->fd = -1;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error == 0 && !uv_is_active((uv_handle_t *)&d->timer))
		error = ETIMEDOUT;
	uv_timer_stop(&d->timer);
	if (error == 0) {
		finish(d, fd);
	} else {
		snprintf(
		    d->why, sizeof(d->why), "connect: %s", strerror(error));
		close(fd);
		try_next(d);
	}
	release(d);
}

static void
on_timeout(uv_timer_t *timer)
{
	struct dial *d = timer->data;
	uv_close((uv_handle_t *)&d->poll, on_poll_closed);
}

static void
on_connected(uv_poll_t *poll, int status, int events)
{
	(void)status; /* SO_ERROR has it */
	(void)events;
	uv_poll_stop(poll);
	uv_close((uv_handle_t *)poll, on_poll_closed);
}

static void
prepare_socket(int fd, int64_t silence)
{
	int on = 1;
	unsigned ms = (unsigned)(silence / NS_PER_MS);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	/* Unacknowledged bytes end a connection that heartbeats cannot. */
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

static void
try_next(struct dial *d)
{
	const int flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	for (; d->next != NULL && !d->cancelled; d->next = d->next->ai_next) {
		struct addrinfo *a = d->next;
		int fd = socket(a->ai_family, flags, 0);
		if (fd == -1) {
			snprintf(d->why, sizeof(d->why), "socket: %s",
			    strerror(errno));
			continue;
		}
		prepare_socket(fd, d->silence);
		if (connect(fd, a->ai_addr, a->ai_addrlen) == -1 &&
		    errno != EINPROGRESS) {
			snprintf(d->why, sizeof(d->why), "connect: %s",
			    strerror(errno));
			close(fd);
			continue;
		}
		d->fd = fd;
		d->next = a->ai_next;
		d->pending++;
		d->poll.data = d;
		uv_poll_init(d->loop, &d->poll, fd);
		uv_poll_start(&d->poll, UV_WRITABLE, on_connected);
		uv_timer_start(&d->timer, on_timeout,
		    (uint64_t)(d->patience / NS_PER_MS), 0);
		return;
	}
	finish(d, -1);
}

static void
on_looked_up(uv_getaddrinfo_t *lookup, int status, struct addrinfo *addresses)
{
	struct dial *d = lookup->data;
	d->addresses = d->next = addresses;
	if (status != 0)
		snprintf(
		    d->why, sizeof(d->why), "look-up: %s", uv_strerror(status));
	try_next(d);
	release(d);
}

static void
on_refused(uv_timer_t *timer)
{
	finish(timer->data, -1);
}

struct dial *
dial_start(uv_loop_t *loop, const struct dial_target *target, dial_done *done,
    void *owner)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	char service[16];
	struct dial *d = xcalloc(1, sizeof(*d));
	*d = (struct dial){ .loop = loop,
		.fd = -1,
		.patience = target->patience,
		.silence = target->silence,
		.pending = 2, /* the look-up and the timer */
		.done = done,
		.owner = owner };
	d->lookup.data = d->timer.data = d;
	uv_timer_init(loop, &d->timer);
	snprintf(service, sizeof(service), "%d", target->port);
	int error = uv_getaddrinfo(
	    loop, &d->lookup, on_looked_up, target->host, service, &hints);
	if (error != 0) { /* not a name: say so, but from the loop */
		snprintf(
		    d->why, sizeof(d->why), "look-up: %s", uv_strerror(error));
		d->pending--;
		uv_timer_start(&d->timer, on_refused, 0, 0);
	}
	return d;
}

void
dial_cancel(struct dial *d)
{
	if (d == NULL)
		return;
	d->cancelled = true;
	uv_cancel((uv_req_t *)&d->lookup);
	/* While an address is being tried its end comes now. */
	if (d->fd != -1 && !uv_is_closing((uv_handle_t *)&d->poll))
		uv_close((uv_handle_t *)&d->poll, on_poll_closed);
}
