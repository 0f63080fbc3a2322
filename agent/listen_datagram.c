#include "agent/listen_datagram.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/listen_keeper.h"
#include "agent/peer.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Taken at once.  Of the memory only those pages are real that datagrams
 * reached, and they are rarely long. */
#define BATCH 128

/* No UDP datagram is longer; a Unix one is, if its sender insists. */
#define LONGEST ((size_t)256 << 10)

/* Then the rest of the loop has its turn. */
#define BATCHES 8

/* At the end, unless they come faster than they are taken. */
#define LAST_BATCHES 512

/* Either of what the kernel says with a datagram. */
#define CONTROL (CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(4))

struct listen_datagram {
	uv_poll_t poll;
	uv_timer_t every_second;
	int open_handles;
	struct listen_keeper *keeper; /* NULL: it has no path */
	int fd;
	bool local; /* a Unix socket */
	struct reception *reception;
	struct sender sender; /* the last one, */
	struct sockaddr_storage address; /* who is this, */
	struct ucred who; /* or this */
	uint32_t overflowed; /* as the kernel last counted */
	char *bytes;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_storage addresses[BATCH];
	_Alignas(struct cmsghdr) char controls[BATCH][CONTROL];
};

static void
prepare(struct listen_datagram *l)
{
	for (size_t i = 0; i < BATCH; i++) {
		l->vectors[i] =
		    (struct iovec){ l->bytes + i * LONGEST, LONGEST };
		l->messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &l->vectors[i],
			.msg_iovlen = 1,
			.msg_name = &l->addresses[i],
			.msg_namelen = sizeof(l->addresses[i]),
			.msg_control = l->controls[i],
			.msg_controllen = sizeof(l->controls[i]),
		};
	}
}

/*
 * It counts in 32 bits, and round.  A datagram brings the count of when it
 * came, which may be older than what the kernel said since, when asked.
 */
static void
note_overflow(struct listen_datagram *l, uint32_t now)
{
	uint32_t more = now - l->overflowed;
	if (more > INT32_MAX)
		return;
	reception_counts(l->reception)->kernel_dropped += more;
	l->overflowed = now;
}

/* Mostly it is the same one as before. */
static void
note_sender(struct listen_datagram *l, const struct msghdr *m)
{
	if (l->local ||
	    (l->sender.origin.len > 0 &&
		memcmp(m->msg_name, &l->address, m->msg_namelen) == 0))
		return;
	memcpy(&l->address, m->msg_name, m->msg_namelen);
	l->sender.origin.len = 0;
	peer_put_address(m->msg_name, &l->sender.origin);
}

static void
note_credentials(struct listen_datagram *l, const struct cmsghdr *c)
{
	struct ucred who;
	memcpy(&who, CMSG_DATA(c), sizeof(who));
	if (l->sender.origin.len > 0 && who.pid == l->who.pid &&
	    who.uid == l->who.uid)
		return;
	l->who = who;
	l->sender.origin.len = 0;
	peer_put_credentials(&who, &l->sender.origin);
}

static void
take(struct listen_datagram *l, struct mmsghdr *m)
{
	struct msghdr *h = &m->msg_hdr;
	note_sender(l, h);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL;
	     c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SO_RXQ_OVFL)
			note_overflow(l, *(const uint32_t *)CMSG_DATA(c));
		else if (c->cmsg_type == SCM_CREDENTIALS)
			note_credentials(l, c);
	}
	struct str bytes = { h->msg_iov->iov_base, m->msg_len };
	reception_take_datagram(
	    l->reception, &l->sender, bytes, (h->msg_flags & MSG_TRUNC) != 0);
}

/* How many it has dropped since the socket was made; false: it cannot say. */
static bool
ask_for_drops(int fd, uint32_t *drops)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t size = sizeof(info);
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size) == -1 ||
	    size <= SK_MEMINFO_DROPS * sizeof(*info))
		return false;
	*drops = info[SK_MEMINFO_DROPS];
	return true;
}

/* False when nothing more is there. */
static bool
take_batch(struct listen_datagram *l)
{
	prepare(l);
	int n = recvmmsg(l->fd, l->messages, BATCH, MSG_DONTWAIT, NULL);
	l->sender.received = clock_realtime();
	for (int i = 0; i < n; i++)
		take(l, &l->messages[i]);
	return n == BATCH;
}

static void
take_all(struct listen_datagram *l, int batches)
{
	uint32_t drops;
	while (batches-- > 0 && take_batch(l))
		;
	if (!l->local && ask_for_drops(l->fd, &drops))
		note_overflow(l, drops);
	reception_flush(l->reception);
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status; /* an error of an earlier send of ours there is not */
	(void)events;
	take_all(poll->data, BATCHES);
}

static void
on_second(uv_timer_t *timer)
{
	struct listen_datagram *l = timer->data;
	uint32_t drops;
	if (ask_for_drops(l->fd, &drops))
		note_overflow(l, drops);
}

static void
ask_for_senders(struct listen_datagram *l)
{
	static const int on = 1;
	if (setsockopt(l->fd, SOL_SOCKET, l->local ? SO_PASSCRED : SO_RXQ_OVFL,
		&on, sizeof(on)) == -1)
		log_warn("input %s: ask for %s",
		    reception_options(l->reception)->name,
		    l->local ? "who sends" : "what the kernel drops");
}

/* Who is still connected to it learns that by an error, and connects anew;
 * what he has sent before is there. */
static void
let_go(void *owner)
{
	struct listen_datagram *l = owner;
	shutdown(l->fd, SHUT_RD);
	take_all(l, LAST_BATCHES);
	uv_poll_stop(&l->poll);
}

static void
go_on(void *owner)
{
	struct listen_datagram *l = owner;
	ask_for_senders(l);
	uv_poll_start(&l->poll, UV_READABLE, on_readable);
}

struct listen_datagram *
listen_datagram_new(
    uv_loop_t *loop, struct reception *r, struct listening *socket)
{
	struct listen_datagram *l = xcalloc(1, sizeof(*l));
	l->fd = socket->fd;
	l->local = socket->kind == LISTEN_UNIX_DGRAM;
	l->reception = r;
	l->bytes = xmalloc(BATCH * LONGEST);
	/* Of a socket that was handed over, earlier ones are not ours. */
	ask_for_drops(l->fd, &l->overflowed);
	l->poll.data = l->every_second.data = l;
	l->open_handles = 2;
	uv_timer_init(loop, &l->every_second);
	uv_poll_init(loop, &l->poll, l->fd);
	go_on(l);
	if (!l->local)
		uv_timer_start(&l->every_second, on_second, 1000, 1000);
	if (socket->path != NULL)
		l->keeper = listen_keeper_new(
		    loop, reception_options(r), socket, let_go, go_on, l);
	return l;
}

static void
on_closed(uv_handle_t *handle)
{
	struct listen_datagram *l = handle->data;
	if (--l->open_handles > 0)
		return;
	sender_clear(&l->sender);
	free(l->bytes);
	free(l);
}

void
listen_datagram_free(struct listen_datagram *l)
{
	take_all(l, LAST_BATCHES);
	listen_keeper_free(l->keeper);
	uv_close((uv_handle_t *)&l->poll, on_closed);
	uv_close((uv_handle_t *)&l->every_second, on_closed);
	close(l->fd);
}
