#include "agent/talkers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "agent/talker.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/attributes.h"

/* A client of TLS says who it is at once. */
#define HANDSHAKE_MS 10000

/* Who cannot connect tries again: one line a minute is enough of it. */
#define SAY_EVERY_MS 60000

struct talkers {
	struct talker_set set;
	struct talker *list;
	uv_timer_t every_second;
	bool wanted;
	bool crowded; /* and that was said */
	uint64_t said_rejected; /* ms of the loop's clock, or 0 */
	uint64_t more_rejected; /* since then */
};

const struct input_options *
talkers_options(const struct talkers *s)
{
	return reception_options(s->set.reception);
}

static struct listen_counts *
counts_of(struct talkers *s)
{
	return reception_counts(s->set.reception);
}

static void
on_ended(void *owner, struct talker *c)
{
	struct talkers *s = owner;
	DL_DELETE(s->list, c);
	counts_of(s)->connections--;
	talker_free(c);
}

static void
on_rejected(void *owner, const struct talker *c, const char *why)
{
	struct talkers *s = owner;
	struct str peer = STR("unknown");
	uint64_t now = uv_now(s->set.loop);
	counts_of(s)->rejected++;
	if (s->said_rejected != 0 && now - s->said_rejected < SAY_EVERY_MS) {
		s->more_rejected++;
		return;
	}
	attributes_find(buffer_str(&c->sender.origin), ATTRIBUTE_PEER, &peer);
	log_warnx("input %s: TLS with " STR_FMT ": %s (and %" PRIu64
		  " others before)",
	    talkers_options(s)->name, STR_ARG(peer), why, s->more_rejected);
	s->said_rejected = now;
	s->more_rejected = 0;
}

static void
close_idle(struct talkers *s, struct talker *c)
{
	if (c->handshaking) {
		on_rejected(s, c, "it said nothing for too long");
		c->over = true;
	} else {
		counts_of(s)->idle++;
		talker_finish(c);
	}
	on_ended(s, c);
}

/* Nobody is idle while we do not listen. */
static void
on_second(uv_timer_t *timer)
{
	struct talkers *s = timer->data;
	uint64_t now = uv_now(s->set.loop);
	uint64_t idle = (uint64_t)(talkers_options(s)->idle / NS_PER_MS);
	struct talker *c, *next;
	DL_FOREACH_SAFE(s->list, c, next)
	{
		if (!s->wanted)
			c->heard = now;
		else if (now - c->heard > (c->handshaking && idle > HANDSHAKE_MS
						  ? HANDSHAKE_MS
						  : idle))
			close_idle(s, c);
	}
}

struct talkers *
talkers_new(uv_loop_t *loop, struct reception *r)
{
	struct talkers *s = xcalloc(1, sizeof(*s));
	*s = (struct talkers){ .set = { .loop = loop,
				   .reception = r,
				   .chunk = xmalloc(TALKER_CHUNK),
				   .ended = on_ended,
				   .rejected = on_rejected,
				   .owner = s },
		.wanted = reception_is_open(r) };
	s->every_second.data = s;
	uv_timer_init(loop, &s->every_second);
	uv_timer_start(&s->every_second, on_second, 1000, 1000);
	return s;
}

/* One address leaves a quarter to the others; programs of this host share. */
static bool
is_one_too_many(struct talkers *s, const struct talker *new)
{
	uint64_t most = (uint64_t)talkers_options(s)->max_connections, same = 0;
	static const struct in6_addr local = { 0 };
	const struct talker *c;
	if (counts_of(s)->connections >= most)
		return true;
	if (memcmp(&new->host, &local, sizeof(local)) == 0 ||
	    counts_of(s)->connections < most - most / 4)
		return false;
	DL_FOREACH(s->list, c)
	same += memcmp(&c->host, &new->host, sizeof(local)) == 0;
	return same >= most - most / 4;
}

static void
refuse(struct talkers *s, struct talker *c)
{
	struct str peer = STR("unknown");
	counts_of(s)->refused++;
	attributes_find(buffer_str(&c->sender.origin), ATTRIBUTE_PEER, &peer);
	if (!s->crowded)
		log_warnx(
		    "input %s: connections are refused, the first from " STR_FMT
		    ": max_connections = %" PRId64
		    ", of one address three quarters of it",
		    talkers_options(s)->name, STR_ARG(peer),
		    talkers_options(s)->max_connections);
	s->crowded = true;
	talker_free(c);
}

void
talkers_add(struct talkers *s, int fd, const struct sockaddr *address,
    const struct tls *tls)
{
	struct talker *c = talker_new(&s->set, fd, address, tls);
	if (is_one_too_many(s, c)) {
		refuse(s, c);
		return;
	}
	counts_of(s)->accepted++;
	counts_of(s)->connections++;
	if (counts_of(s)->connections * 2 <
	    (uint64_t)talkers_options(s)->max_connections)
		s->crowded = false;
	DL_APPEND(s->list, c);
	talker_listen(c, s->wanted);
}

void
talkers_listen(struct talkers *s, bool wanted)
{
	struct talker *c;
	s->wanted = wanted;
	DL_FOREACH(s->list, c)
	talker_listen(c, wanted);
}

static void
on_closed(uv_handle_t *handle)
{
	struct talkers *s = handle->data;
	free(s->set.chunk);
	free(s);
}

void
talkers_free(struct talkers *s)
{
	struct talker *c, *next;
	DL_FOREACH_SAFE(s->list, c, next)
	{
		talker_drain(c);
	}
	uv_close((uv_handle_t *)&s->every_second, on_closed);
}
