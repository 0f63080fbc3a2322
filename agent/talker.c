#include "agent/talker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/peer.h"
#include "core/clock.h"
#include "core/xalloc.h"
#include "record/attributes.h"

/* Bytes of all frames under way of an input; past it one that does not end
 * in what has come is cut there, and goes on as a part. */
#define UNFINISHED ((uint64_t)64 << 20)

/* At the end: as much as may wait in the kernel. */
#define LAST_READS 128

static void on_ready(uv_poll_t *poll, int status, int events);

struct talker *
talker_new(const struct talker_set *set, int fd, const struct sockaddr *address,
    const struct tls *tls)
{
	struct talker *c = xcalloc(1, sizeof(*c));
	*c = (struct talker){ .fd = fd,
		.set = set,
		.framing.max_frame =
		    (size_t)reception_options(set->reception)->max_line,
		.host = peer_host(address),
		.events = UV_READABLE,
		.heard = uv_now(set->loop) };
	if (address->sa_family == AF_UNIX)
		peer_put_connected(fd, &c->sender.origin);
	else
		peer_put_address(address, &c->sender.origin);
	if (tls != NULL) {
		c->tls = tls_session_new(tls, fd);
		c->handshaking = true;
		c->over = c->tls == NULL;
	}
	c->poll.data = c;
	uv_poll_init(set->loop, &c->poll, fd);
	return c;
}

void
talker_listen(struct talker *c, bool wanted)
{
	if (wanted && !c->over)
		uv_poll_start(&c->poll, c->events, on_ready);
	else
		uv_poll_stop(&c->poll);
}

static void
wait_for(struct talker *c, enum tls_progress what)
{
	c->events = what == TLS_WANTS_WRITE ? UV_WRITABLE : UV_READABLE;
	talker_listen(c, true);
}

static void
end(struct talker *c)
{
	if (c->over)
		return;
	talker_finish(c);
	c->set->ended(c->set->owner, c);
}

static void
cut_all(struct talker *c, struct str *rest)
{
	struct cut cut;
	while (framing_next(&c->framing, rest, &cut))
		reception_take(c->set->reception, &c->sender, &cut);
	uint64_t others = reception_counts(c->set->reception)->unfinished;
	if (others + rest->len > UNFINISHED &&
	    framing_part(&c->framing, rest, &cut))
		reception_take(c->set->reception, &c->sender, &cut);
}

/* How much waits in all; memory of long frames is not kept. */
static void
note_waiting(struct talker *c, size_t before)
{
	uint64_t *all = &reception_counts(c->set->reception)->unfinished;
	*all = *all - before + c->waiting.len;
	if (c->waiting.len == 0 && c->waiting.cap > TALKER_CHUNK)
		buffer_clear(&c->waiting);
}

/* `got` bytes have come, behind what waits, or into the common chunk. */
static void
take(struct talker *c, size_t got)
{
	size_t before = c->waiting.len;
	c->heard = uv_now(c->set->loop);
	c->sender.received = clock_realtime();
	if (before == 0) {
		struct str rest = { c->set->chunk, got };
		cut_all(c, &rest);
		if (rest.len > 0)
			buffer_append(&c->waiting, rest.data, rest.len);
	} else {
		c->waiting.len += got;
		struct str all = buffer_str(&c->waiting), rest = all;
		cut_all(c, &rest);
		buffer_consume(&c->waiting, all.len - rest.len);
	}
	note_waiting(c, before);
}

static char *
room(struct talker *c)
{
	return c->waiting.len == 0 ? c->set->chunk
				   : buffer_room(&c->waiting, TALKER_CHUNK);
}

static void
read_plain(struct talker *c)
{
	ssize_t n = read(c->fd, room(c), TALKER_CHUNK);
	if (n > 0)
		take(c, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end(c);
}

/* What is left of a TLS record in memory is seen by no poll. */
static void
read_tls(struct talker *c)
{
	enum tls_progress p;
	do {
		size_t got = 0;
		p = tls_read(c->tls, room(c), TALKER_CHUNK, &got);
		if (p == TLS_DONE)
			take(c, got);
	} while (p == TLS_DONE && tls_has_more(c->tls));
	if (p == TLS_ENDED || p == TLS_FAILED)
		end(c);
	else
		wait_for(c, p);
}

static void
shake_hands(struct talker *c)
{
	struct buffer why = { 0 };
	enum tls_progress p = tls_handshake(c->tls, &why);
	if (p == TLS_FAILED) {
		buffer_append_byte(&why, '\0');
		c->set->rejected(c->set->owner, c, why.data);
		c->over = true;
		c->set->ended(c->set->owner, c);
	} else {
		c->handshaking = p != TLS_DONE;
		wait_for(c, p);
	}
	buffer_clear(&why);
	/* With its last message the client may have sent the first lines. */
	if (p == TLS_DONE && tls_has_more(c->tls))
		read_tls(c);
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct talker *c = poll->data;
	(void)status; /* read(2) will say it */
	(void)events;
	if (c->handshaking)
		shake_hands(c);
	else if (c->tls != NULL)
		read_tls(c);
	else
		read_plain(c);
	/* The spool was filled by this very read. */
	if (!c->over && !reception_is_open(c->set->reception))
		talker_listen(c, false);
}

void
talker_drain(struct talker *c)
{
	for (int i = 0; i < LAST_READS && !c->over && !c->handshaking &&
	     reception_is_open(c->set->reception);
	     i++) {
		int waiting = 0;
		if (ioctl(c->fd, FIONREAD, &waiting) == -1 || waiting == 0)
			break;
		if (c->tls != NULL)
			read_tls(c);
		else
			read_plain(c);
	}
	if (!c->over)
		end(c);
}

void
talker_finish(struct talker *c)
{
	struct str rest = buffer_str(&c->waiting);
	size_t before = rest.len;
	struct cut cut;
	if (c->over)
		return;
	c->over = true;
	uv_poll_stop(&c->poll);
	while (framing_last(&c->framing, &rest, &cut))
		reception_take(c->set->reception, &c->sender, &cut);
	c->waiting.len = 0;
	note_waiting(c, before);
}

static void
on_closed(uv_handle_t *handle)
{
	struct talker *c = handle->data;
	buffer_clear(&c->waiting);
	sender_clear(&c->sender);
	free(c);
}

void
talker_free(struct talker *c)
{
	uv_close((uv_handle_t *)&c->poll, on_closed);
	/* At once: what its kernel still sends would be lost unseen. */
	tls_session_free(c->tls);
	close(c->fd);
}
