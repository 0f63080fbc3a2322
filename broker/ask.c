#include "broker/ask.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "broker/bytes.h"
#include "broker/connection.h"
#include "broker/declare.h"
#include "broker/letter.h"
#include "broker/rpc.h"
#include "core/clock.h"
#include "core/local_socket.h"
#include "core/xalloc.h"

/* Longest page that is taken from the broker. */
#define PAGE_MAX ((size_t)16 << 20)

/* A question that waits for the broker. */
struct question {
	uint64_t ticket;
	char *whom;
	struct buffer text;
	struct question *next;
};

/* A socket of this host. */
struct door {
	struct ask *ask;
	enum ask_way way;
	struct pair *pair; /* NULL: closed */
};

struct ask {
	const struct config *config;
	const char *name;
	struct door doors[ASK_BROKER];
	struct rpc_exchange exchange;
	struct connection *connection; /* NULL: the broker is not used */
	struct session *session; /* NULL: down */
	enum ask_state broker;
	bool returning; /* the content of a question nobody is there for */
	struct letter_box box;
	struct declared_queue queue; /* of ours, for answers */
	struct question *questions; /* to be sent when it is up, in order */
	char expiration[32]; /* ms */
	uint64_t last_ticket;
	const struct ask_events *events;
	void *owner;
};

static void
take_page(struct ask *a, enum ask_way way, uint64_t ticket, struct str text,
    bool last)
{
	struct json *page = json_parse(text);
	if (page == NULL)
		return;
	last |= json_get_true(page, "last");
	a->events->page(a->owner, way, ticket, page, last);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct door *d = owner;
	uint64_t ticket;
	if (rpc_read(&payload, &ticket) == -1)
		return;
	if (type == RPC_ANSWER || type == RPC_LAST)
		take_page(d->ask, d->way, ticket, payload, type == RPC_LAST);
	else if (type == RPC_SILENCE)
		d->ask->events->page(d->ask->owner, d->way, ticket, NULL, true);
}

static void
on_end(void *owner, const char *why)
{
	struct door *d = owner;
	(void)why;
	pair_free(d->pair);
	d->pair = NULL;
	d->ask->events->changed(d->ask->owner);
}

static const struct pair_events door_events = { on_packet, NULL, on_end };

static void
post(struct ask *a, const struct question *q)
{
	char correlation[32];
	struct envelope envelope = { .exchange = a->exchange.name,
		.key = q->whom,
		.reply_to = a->queue.name,
		.correlation = correlation,
		.expiration = a->expiration,
		.mandatory = true };
	snprintf(correlation, sizeof(correlation), "%" PRIu64, q->ticket);
	letter_put(session_output(a->session), &envelope, buffer_str(&q->text));
}

static void
free_question(struct question *q)
{
	free(q->whom);
	buffer_clear(&q->text);
	free(q);
}

static bool
setup(void *owner, amqp_connection_state_t amqp, struct trouble *t)
{
	struct ask *a = owner;
	const struct stream_options stream = {
		.queue = (char *)(uintptr_t) "",
	};
	/* The exchange is for those to declare who answer. */
	return declare_queue(
		   amqp, &a->exchange.options, &stream, &a->queue, t) &&
	    declare_consumer(amqp, &a->queue, 0, t);
}

static void
set_state(struct ask *a, enum ask_state state)
{
	a->broker = state;
	a->events->changed(a->owner);
}

static void
on_up(void *owner, struct session *session)
{
	struct ask *a = owner;
	struct question *q;
	a->session = session;
	a->returning = false;
	letter_reset(&a->box);
	while ((q = a->questions) != NULL) {
		a->questions = q->next;
		post(a, q);
		free_question(q);
	}
	set_state(a, ASK_OPEN);
}

static void
on_down(void *owner, const struct trouble *why)
{
	struct ask *a = owner;
	(void)why; /* said by the connection */
	a->session = NULL;
	set_state(a, ASK_FAILED);
}

/* The content of a returned question follows: it says which one it was. */
static bool
take_return(struct ask *a, const amqp_frame_t *f)
{
	if (f->frame_type == AMQP_FRAME_METHOD &&
	    f->payload.method.id == AMQP_BASIC_RETURN_METHOD)
		a->returning = true;
	else if (f->frame_type == AMQP_FRAME_HEADER && a->returning) {
		const amqp_basic_properties_t *p =
		    f->payload.properties.decoded;
		char *number = str_copy(bytes_view(p->correlation_id));
		a->returning = false;
		a->events->page(a->owner, ASK_BROKER,
		    strtoull(number, NULL, 10), NULL, true);
		free(number);
	} else
		return false;
	return true;
}

static bool
on_frame(void *owner, const amqp_frame_t *frame)
{
	struct ask *a = owner;
	const struct letter *l = &a->box.letter;
	if (!take_return(a, frame) && letter_take(&a->box, frame) &&
	    !l->too_long)
		take_page(a, ASK_BROKER, strtoull(l->correlation, NULL, 10),
		    buffer_str(&l->body), false);
	return false;
}

static void
on_blocked(void *owner, const char *reason)
{
	set_state(owner, reason != NULL ? ASK_BLOCKED : ASK_OPEN);
}

static const struct connection_events connection_events = { setup, on_up,
	on_frame, on_blocked, NULL, on_down };

static void
open_door(struct ask *a, uv_loop_t *loop, enum ask_way way, const char *name)
{
	struct door *d = &a->doors[way];
	int fd = local_socket_connect(a->config->weir.runtime, name);
	*d = (struct door){ .ask = a, .way = way };
	if (fd != -1)
		d->pair = pair_new(loop, fd, &door_events, d);
}

struct ask *
ask_new(uv_loop_t *loop, const struct config *config, const char *name,
    int64_t patience, const struct ask_events *events, void *owner)
{
	struct ask *a = xcalloc(1, sizeof(*a));
	*a = (struct ask){ .config = config,
		.name = name,
		.box.longest = PAGE_MAX,
		.events = events,
		.owner = owner };
	snprintf(a->expiration, sizeof(a->expiration), "%" PRId64,
	    patience / NS_PER_MS);
	open_door(a, loop, ASK_AGENT, "agent");
	open_door(a, loop, ASK_COLLECTOR, "collector");
	rpc_exchange_init(&a->exchange, &config->broker);
	if (!config_is_local(config) && config->broker.rpc)
		a->connection = connection_new(
		    loop, &config->broker, a->name, &connection_events, a);
	a->broker = a->connection != NULL ? ASK_CONNECTING : ASK_CLOSED;
	return a;
}

enum ask_state
ask_state(const struct ask *a, enum ask_way way)
{
	if (way == ASK_BROKER)
		return a->broker;
	return a->doors[way].pair != NULL ? ASK_OPEN : ASK_CLOSED;
}

static void
send_later(struct ask *a, struct question *q)
{
	struct question **link = &a->questions;
	while (*link != NULL)
		link = &(*link)->next;
	*link = q;
}

uint64_t
ask_send(struct ask *a, enum ask_way way, const char *whom,
    const struct json *question)
{
	struct question *q = xcalloc(1, sizeof(*q));
	assert(ask_state(a, way) != ASK_CLOSED);
	*q = (struct question){ .ticket = ++a->last_ticket,
		.whom = xstrdup(whom) };
	json_append(question, &q->text);
	if (way != ASK_BROKER)
		rpc_send(a->doors[way].pair, RPC_ASK, q->ticket,
		    buffer_str(&q->text));
	else if (a->session != NULL)
		post(a, q);
	else {
		send_later(a, q);
		return q->ticket;
	}
	free_question(q);
	return a->last_ticket;
}

void
ask_free(struct ask *a)
{
	struct question *q;
	if (a == NULL)
		return;
	for (size_t i = 0; i < ASK_BROKER; i++)
		pair_free(a->doors[i].pair);
	connection_close(a->connection);
	connection_free(a->connection);
	while ((q = a->questions) != NULL) {
		a->questions = q->next;
		free_question(q);
	}
	letter_clear(&a->box);
	free(a);
}
