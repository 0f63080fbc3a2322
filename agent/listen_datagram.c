#include "agent/listen_datagram.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

struct listen_datagram *
listen_datagram_new(
    uv_loop_t *loop, struct reception *r, const struct listening *socket)
{
	static const int on = 1;
	struct listen_datagram *l = xcalloc(1, sizeof(*l));
	l->fd = socket->fd;
	l->local = socket->kind == LISTEN_UNIX_DGRAM;
	l->reception = r;
	l->bytes = xmalloc(BATCH * LONGEST);
	if (setsockopt(l->fd, SOL_SOCKET, l->local ? SO_PASSCRED : SO_RXQ_OVFL,
		&on, sizeof(on)) == -1)
		log_warn("input %s: %s: ask for %s", reception_options(r)->name,
		    socket->name,
		    l->local ? "who sends" : "what the kernel drops");
	/* Of a socket that was handed over, earlier ones are not ours. */
	ask_for_drops(l->fd, &l->overflowed);
	l->poll.data = l;
	uv_poll_init(loop, &l->poll, l->fd);
	uv_poll_start(&l->poll, UV_READABLE, on_readable);
	return l;
}

static void
on_closed(uv_handle_t *handle)
{
	struct listen_datagram *l = handle->data;
	sender_clear(&l->sender);
	free(l->bytes);
	free(l);
}

void
listen_datagram_free(struct listen_datagram *l)
{
	take_all(l, LAST_BATCHES);
	uv_close((uv_handle_t *)&l->poll, on_closed);
	close(l->fd);
}
