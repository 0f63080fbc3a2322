#include "broker/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/address.h"
#include "broker/backoff.h"
#include "broker/dial.h"
#include "broker/login.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* To connect to one address, to shake hands, and for each RPC. */
#define PATIENCE (5 * NS_PER_SECOND)

/*
 * A handshake blocks, and so that a broker that does not answer cannot hold
 * up all connections of a process at once, between two of them the loop gets
 * its turn.  When the last one ended (monotonic); one thread owns all state.
 */
static int64_t handshake_ended;
#define HANDSHAKE_PAUSE (20 * NS_PER_MS)

struct connection {
	uv_loop_t *loop;
	uv_timer_t retry; /* to dial again, or to shake hands */
	const struct broker_options *options;
	const char *name;
	struct address address;
	struct backoff backoff;
	struct dial *dial;
	int fd; /* connected, to shake hands on; -1: none */
	struct session *session;
	int64_t up_since;
	char said[640]; /* the last trouble logged while down */
	const struct connection_events *events;
	void *owner;
};

static void on_dialled(void *owner, int fd, const char *why);
static void on_turn_to_shake(uv_timer_t *timer);

static void
dial(struct connection *c)
{
	struct dial_target target = { .host = c->address.host,
		.port = c->address.port,
		.patience = PATIENCE,
		.silence = 2 * c->options->heartbeat };
	c->dial = dial_start(c->loop, &target, on_dialled, c);
}

static void
on_retry(uv_timer_t *timer)
{
	dial(timer->data);
}

/* Said when it is news: a broker that stays away is one line, not many. */
static void
try_later(struct connection *c, const struct trouble *t)
{
	int64_t wait = backoff_next(&c->backoff, t->hopeless);
	if (strcmp(c->said, t->text) != 0)
		log_warnx("%s: %s: %s; trying again", c->name, c->address.shown,
		    t->text);
	snprintf(c->said, sizeof(c->said), "%s", t->text);
	uv_timer_start(&c->retry, on_retry, (uint64_t)(wait / NS_PER_MS), 0);
	c->events->down(c->owner, t);
}

static void
on_ended(void *owner, const struct trouble *t)
{
	struct connection *c = owner;
	session_free(c->session);
	c->session = NULL;
	backoff_lasted(&c->backoff, clock_monotonic() - c->up_since);
	if (t->refused) /* a message; the connection was good */
		backoff_reset(&c->backoff);
	try_later(c, t);
}

static bool
on_frame(void *owner, const amqp_frame_t *frame)
{
	struct connection *c = owner;
	return c->events->frame(c->owner, frame);
}

static void
on_blocked(void *owner, const char *reason)
{
	struct connection *c = owner;
	if (reason != NULL)
		log_warnx("%s: %s: blocked by the broker: %s", c->name,
		    c->address.shown, reason);
	else
		log_info(
		    "%s: %s: no longer blocked", c->name, c->address.shown);
	c->events->blocked(c->owner, reason);
}

static void
on_room(void *owner)
{
	struct connection *c = owner;
	if (c->events->room != NULL)
		c->events->room(c->owner);
}

static const struct session_events session_events = { on_frame, on_blocked,
	on_room, on_ended };

static void
begin_session(struct connection *c)
{
	struct login_options options = {
		.user = c->address.user,
		.password = c->address.password,
		.vhost = c->address.vhost,
		.connection_name = c->name,
		.heartbeat = c->options->heartbeat,
		.patience = PATIENCE,
	};
	struct trouble t = { .hopeless = false };
	int64_t heartbeat;
	amqp_connection_state_t amqp = login(c->fd, &options, &heartbeat, &t);
	c->fd = -1;
	if (amqp != NULL && !c->events->setup(c->owner, amqp, &t)) {
		amqp_destroy_connection(amqp);
		amqp = NULL;
	}
	handshake_ended = clock_monotonic();
	if (amqp == NULL) {
		try_later(c, &t);
		return;
	}
	log_info("%s: %s: up", c->name, c->address.shown);
	c->said[0] = '\0';
	c->up_since = clock_monotonic();
	c->session = session_new(c->loop, amqp, heartbeat, &session_events, c);
	c->events->up(c->owner, c->session);
}

static void
shake_hands(struct connection *c)
{
	if (clock_monotonic() - handshake_ended >= HANDSHAKE_PAUSE)
		begin_session(c);
	else
		uv_timer_start(&c->retry, on_turn_to_shake,
		    HANDSHAKE_PAUSE / NS_PER_MS, 0);
}

static void
on_turn_to_shake(uv_timer_t *timer)
{
	shake_hands(timer->data);
}

static void
on_dialled(void *owner, int fd, const char *why)
{
	struct connection *c = owner;
	c->dial = NULL;
	c->fd = fd;
	if (fd != -1) {
		shake_hands(c);
		return;
	}
	struct trouble t = { .hopeless = false };
	snprintf(t.text, sizeof(t.text), "%s", why);
	try_later(c, &t);
}

struct connection *
connection_new(uv_loop_t *loop, const struct broker_options *options,
    const char *name, const struct connection_events *events, void *owner)
{
	struct connection *c = xcalloc(1, sizeof(*c));
	*c = (struct connection){ .loop = loop,
		.options = options,
		.name = name,
		.fd = -1,
		.backoff.max = options->reconnect_max,
		.events = events,
		.owner = owner };
	if (address_read(options, &c->address) == -1) {
		free(c);
		return NULL;
	}
	c->retry.data = c;
	uv_timer_init(loop, &c->retry);
	dial(c);
	return c;
}

void
connection_close(struct connection *c)
{
	if (c != NULL && c->session != NULL)
		session_close(c->session);
}

static void
on_closed(uv_handle_t *handle)
{
	struct connection *c = handle->data;
	address_clear(&c->address);
	free(c);
}

void
connection_free(struct connection *c)
{
	if (c == NULL)
		return;
	dial_cancel(c->dial);
	if (c->fd != -1)
		close(c->fd);
	session_free(c->session);
	uv_close((uv_handle_t *)&c->retry, on_closed);
}
