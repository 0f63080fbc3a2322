#include "agent/listen_stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/listen_keeper.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Then those that are connected have their turn. */
#define AT_ONCE 64

/* About as many wait at the end (agent/listen_open.c). */
#define BACKLOG 1024

/* Where some find room and some do not it is said once, until there was room
 * for a minute. */
#define SAY_EVERY_MS 60000

/* After this many seconds of silence the kernel asks whether the other side
 * is there: so often, with so long between. */
#define KEEPALIVE 60
#define PROBES 6
#define BETWEEN 10

struct listen_stream {
	uv_poll_t poll;
	uv_timer_t again; /* when descriptors or memory were short */
	struct listen_keeper *keeper; /* NULL: it has no path */
	int fd;
	enum listen_kind kind;
	char *name;
	struct talkers *talkers;
	const struct tls *tls;
	uint64_t said; /* ms of the loop's clock: that they are; or 0 */
};

static void
watch_over(int fd)
{
	static const struct {
		int level, option, value;
	} options[] = { { SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE },
		{ IPPROTO_TCP, TCP_KEEPCNT, PROBES },
		{ IPPROTO_TCP, TCP_KEEPINTVL, BETWEEN } };
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		setsockopt(fd, options[i].level, options[i].option,
		    &options[i].value, sizeof(int));
}

static void on_connection(uv_poll_t *poll, int status, int events);

static void
on_again(uv_timer_t *timer)
{
	struct listen_stream *l = timer->data;
	uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

/* The connection waits in the kernel; asked at once it would fail again. */
static void
wait_for_room(struct listen_stream *l)
{
	uint64_t now = uv_now(l->poll.loop);
	if (l->said == 0 || now - l->said > SAY_EVERY_MS)
		log_warn("listen on %s: take a connection", l->name);
	l->said = now;
	uv_poll_stop(&l->poll);
	uv_timer_start(&l->again, on_again, 1000, 0);
}

/* False when there is none, or none can be taken now. */
static bool
take_one(struct listen_stream *l)
{
	struct sockaddr_storage address = { 0 };
	socklen_t size = sizeof(address);
	int fd = accept4(l->fd, (struct sockaddr *)&address, &size,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1 && (errno == ECONNABORTED || errno == EINTR))
		return true;
	if (fd == -1) {
		if (errno != EAGAIN)
			wait_for_room(l);
		return false;
	}
	if (l->kind == LISTEN_UNIX_STREAM)
		address.ss_family = AF_UNIX;
	else
		watch_over(fd);
	talkers_add(l->talkers, fd, (const struct sockaddr *)&address, l->tls);
	return true;
}

static void
on_connection(uv_poll_t *poll, int status, int events)
{
	struct listen_stream *l = poll->data;
	(void)status; /* accept(2) will say it */
	(void)events;
	for (int i = 0; i < AT_ONCE && take_one(l); i++)
		;
}

/* Nobody finds it any more; who waits is taken. */
static void
let_go(void *owner)
{
	struct listen_stream *l = owner;
	for (int i = 0; i < BACKLOG && take_one(l); i++)
		;
	uv_timer_stop(&l->again);
	uv_poll_stop(&l->poll);
}

static void
go_on(void *owner)
{
	struct listen_stream *l = owner;
	uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

struct listen_stream *
listen_stream_new(uv_loop_t *loop, struct talkers *s, struct listening *socket,
    const struct tls *tls)
{
	struct listen_stream *l = xcalloc(1, sizeof(*l));
	*l = (struct listen_stream){ .fd = socket->fd,
		.kind = socket->kind,
		.name = xstrdup(socket->name),
		.talkers = s,
		.tls = tls };
	l->poll.data = l->again.data = l;
	uv_timer_init(loop, &l->again);
	uv_poll_init(loop, &l->poll, l->fd);
	go_on(l);
	if (socket->path != NULL)
		l->keeper = listen_keeper_new(
		    loop, talkers_options(s), socket, let_go, go_on, l);
	return l;
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct listen_stream *l = handle->data;
	free(l->name);
	free(l);
}

static void
on_poll_closed(uv_handle_t *handle)
{
	struct listen_stream *l = handle->data;
	uv_close((uv_handle_t *)&l->again, on_timer_closed);
}

void
listen_stream_free(struct listen_stream *l)
{
	let_go(l);
	listen_keeper_free(l->keeper);
	uv_close((uv_handle_t *)&l->poll, on_poll_closed);
	close(l->fd); /* who comes now is to see that nobody is here */
}
