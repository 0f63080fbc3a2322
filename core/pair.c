#include "core/pair.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/log.h"
#include "core/xalloc.h"

#define PAIR_VERSION 1

/* One read or write at a time; also what may wait before `room` is gone. */
#define CHUNK ((size_t)256 << 10)

struct header {
	uint16_t version;
	uint16_t type;
	uint32_t len;
};

struct pair {
	uv_poll_t poll;
	uv_idle_t turn; /* what one turn of the loop wrote goes out as one */
	int fd;
	int watched; /* what `poll` waits for */
	int handles; /* not yet closed by the loop */
	const struct pair_events *events;
	void *owner;
	struct buffer in;
	size_t taken; /* bytes of `in` that were handed out */
	struct buffer out;
	size_t sent; /* bytes of `out` that are gone */
	bool crowded; /* `room` is owed */
	bool paused;
	bool ended; /* said, or freed: no more events */
};

static void on_ready(uv_poll_t *poll, int status, int events);

static void
watch(struct pair *p)
{
	int events = UV_DISCONNECT; /* seen also while paused */
	if (!p->paused)
		events |= UV_READABLE;
	if (p->out.len > p->sent)
		events |= UV_WRITABLE;
	/* Each start costs an epoll_ctl, also when nothing changes. */
	if (p->ended || events == p->watched)
		return;
	p->watched = events;
	uv_poll_start(&p->poll, events, on_ready);
}

static void
end(struct pair *p, const char *why)
{
	if (p->ended)
		return;
	p->ended = true;
	uv_poll_stop(&p->poll);
	uv_idle_stop(&p->turn);
	p->events->end(p->owner, why);
}

/* 1: all is out; 0: the peer takes no more for now; -1: it is gone. */
static int
write_out(struct pair *p)
{
	while (p->sent < p->out.len) {
		ssize_t n = send(p->fd, p->out.data + p->sent,
		    p->out.len - p->sent, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? 0 : -1;
		p->sent += (size_t)n;
	}
	p->sent = 0;
	buffer_empty(&p->out, 4 * CHUNK);
	return 1;
}

static void
flush(struct pair *p)
{
	int all = write_out(p);
	/* That the peer is gone is noticed, and said, by reading. */
	if (all == -1)
		p->out.len = p->sent = 0;
	watch(p);
	if (all == 1 && p->crowded && p->events->room != NULL) {
		p->crowded = false;
		p->events->room(p->owner);
	}
}

/* Bytes the next packet still needs, or 0: it is complete. */
static size_t
missing(const struct pair *p, size_t at, struct header *h)
{
	size_t have = p->in.len - at;
	if (have < sizeof(*h))
		return sizeof(*h) - have;
	memcpy(h, p->in.data + at, sizeof(*h));
	size_t need = sizeof(*h) + h->len;
	return have < need ? need - have : 0;
}

static void
hand_out(struct pair *p)
{
	struct header h = { 0 };
	while (!p->ended && !p->paused && missing(p, p->taken, &h) == 0) {
		struct str payload = { p->in.data + p->taken + sizeof(h),
			h.len };
		if (h.version != PAIR_VERSION) {
			end(p, "packet of another version");
			return;
		}
		p->taken += sizeof(h) + h.len;
		p->events->packet(p->owner, h.type, payload);
	}
	if (h.len > PAIR_PACKET_MAX && !p->ended)
		end(p, "packet too long");
}

/* Make room in front only once all that was complete is handed out: a peer
 * that pauses after every packet would else have the rest moved each time. */
static void
tidy(struct pair *p)
{
	buffer_consume(&p->in, p->taken);
	p->taken = 0;
	if (p->in.len == 0)
		buffer_empty(&p->in, 4 * CHUNK);
}

static void
on_turn(uv_idle_t *handle)
{
	struct pair *p = handle->data;
	uv_idle_stop(handle);
	flush(p);
	/* After a pause: what had already arrived. */
	if (p->in.len > p->taken && !p->ended)
		hand_out(p);
}

static void
read_in(struct pair *p)
{
	hand_out(p);
	if (p->paused || p->ended)
		return;
	tidy(p);
	ssize_t n = read(p->fd, buffer_room(&p->in, CHUNK), CHUNK);
	if (n > 0) {
		p->in.len += (size_t)n;
		hand_out(p);
	} else if (n == 0)
		end(p, "closed");
	else if (errno != EAGAIN && errno != EINTR)
		end(p, strerror(errno));
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct pair *p = poll->data;
	if (status < 0) {
		end(p, uv_strerror(status));
		return;
	}
	if (events & UV_WRITABLE)
		flush(p);
	if (p->ended)
		return;
	if (!p->paused && (events & (UV_READABLE | UV_DISCONNECT)))
		read_in(p);
	else if (events & UV_DISCONNECT)
		end(p, "closed");
}

struct pair *
pair_new(uv_loop_t *loop, int fd, const struct pair_events *events, void *owner)
{
	struct pair *p = xcalloc(1, sizeof(*p));
	p->fd = fd;
	p->events = events;
	p->owner = owner;
	p->handles = 2;
	p->poll.data = p->turn.data = p;
	uv_idle_init(loop, &p->turn);
	int error = uv_poll_init(loop, &p->poll, fd);
	assert(error == 0); /* a socket can be polled */
	watch(p);
	return p;
}

char *
pair_reserve(struct pair *p, unsigned type, size_t len)
{
	struct header h = { PAIR_VERSION, (uint16_t)type, (uint32_t)len };
	assert(len <= PAIR_PACKET_MAX);
	char *room = buffer_room(&p->out, sizeof(h) + len);
	memcpy(room, &h, sizeof(h));
	p->out.len += sizeof(h) + len;
	if (!p->ended)
		uv_idle_start(&p->turn, on_turn);
	return room + sizeof(h);
}

void
pair_send(struct pair *p, unsigned type, const void *data, size_t len)
{
	char *room = pair_reserve(p, type, len);
	if (len > 0)
		memcpy(room, data, len);
}

bool
pair_has_room(struct pair *p)
{
	p->crowded = p->out.len - p->sent >= CHUNK;
	return !p->crowded;
}

void
pair_pause(struct pair *p, bool paused)
{
	if (p->paused == paused || p->ended)
		return;
	p->paused = paused;
	watch(p);
	if (!paused)
		uv_idle_start(&p->turn, on_turn);
}

static void
on_closed(uv_handle_t *handle)
{
	struct pair *p = handle->data;
	if (--p->handles > 0)
		return;
	close(p->fd);
	buffer_clear(&p->in);
	buffer_clear(&p->out);
	free(p);
}

void
pair_free(struct pair *p)
{
	if (p == NULL)
		return;
	p->ended = true;
	uv_close((uv_handle_t *)&p->poll, on_closed);
	uv_close((uv_handle_t *)&p->turn, on_closed);
}

int
pair_sockets(int fds[2])
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	if (socketpair(AF_UNIX, type, 0, fds) == -1) {
		log_warn("socketpair");
		return -1;
	}
	/* Few, large writes: the default of 208 KiB makes twice the wakes. */
	int size = 1 << 20;
	for (int i = 0; i < 2; i++)
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}
