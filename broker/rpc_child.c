#include "broker/rpc_child.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "broker/address.h"
#include "broker/confirms.h"
#include "broker/connection.h"
#include "broker/declare.h"
#include "broker/letter.h"
#include "broker/login.h"
#include "broker/message.h"
#include "broker/rpc_desk.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "record/encode.h"

/* What may wait for the broker before the parent is made to wait. */
#define OUTPUT_ENOUGH ((size_t)256 << 10)

/* What a publish was, to be known by its confirm. */
enum published {
	PUBLISHED_ANSWER = 1,
	PUBLISHED_RECORD,
};

struct rpc_child {
	const struct config *config;
	const char *role;
	struct rpc_exchange exchange;
	uv_loop_t loop;
	uv_timer_t alive;
	struct pair *parent;
	struct address address;
	struct connection *connection;
	struct session *session; /* NULL: down */
	struct letter_box box;
	struct rpc_desk desk;
	struct confirms confirms;
	size_t open_records; /* published and not confirmed */
	struct rpc_flushed flushed; /* since the last FLUSH */
	bool flush; /* is to be answered */
	char name[320];
};

static void
throttle(struct rpc_child *c)
{
	bool wait = c->session != NULL &&
	    (session_is_blocked(c->session) ||
		c->confirms.open >= (size_t)c->config->broker.confirm_window ||
		session_waiting(c->session) >= OUTPUT_ENOUGH);
	pair_pause(c->parent, wait);
}

static void
send_flushed(struct rpc_child *c)
{
	if (!c->flush || c->open_records > 0)
		return;
	c->flushed.confirmed -= c->flushed.returned;
	pair_send(c->parent, RPC_FLUSHED, &c->flushed, sizeof(c->flushed));
	c->flushed = (struct rpc_flushed){ 0 };
	c->flush = false;
}

static void
publish(struct rpc_child *c, struct str payload)
{
	const char *end = memchr(payload.data, '\0', payload.len);
	struct record r;
	if (end == NULL ||
	    record_decode(str_after(payload, (size_t)(end - payload.data) + 1),
		&r) == -1) {
		log_warnx("%s: packet that is no line", c->name);
		return;
	}
	c->flushed.published++;
	if (c->session == NULL)
		return; /* it stays unconfirmed */
	struct message_route route = { .channel = LOGIN_CHANNEL,
		.exchange = "",
		.queue = payload.data,
		.user = c->address.user,
		.mandatory = true };
	FAULT("rpc-publish");
	message_put(session_output(c->session), &route, &r);
	confirms_add(&c->confirms, PUBLISHED_RECORD, 0);
	c->open_records++;
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct rpc_child *c = owner;
	if (type == RPC_PUBLISH)
		publish(c, payload);
	else if (type == RPC_FLUSH) {
		c->flush = true;
		send_flushed(c);
	} else
		rpc_desk_answer(&c->desk, (enum rpc_packet)type, payload);
	throttle(c);
}

static void
on_parent_gone(void *owner, const char *why)
{
	struct rpc_child *c = owner;
	(void)why;
	connection_close(c->connection);
	uv_stop(&c->loop);
}

static const struct pair_events parent_events = { on_packet, NULL,
	on_parent_gone };

static bool
setup(void *owner, amqp_connection_state_t amqp, struct trouble *t)
{
	struct rpc_child *c = owner;
	char host[256], all[] = "all";
	char *bindings[] = { host, (char *)(uintptr_t)c->role, all };
	struct stream_options stream = {
		.bind = { bindings, sizeof(bindings) / sizeof(*bindings) },
		.queue = (char *)(uintptr_t) "",
	};
	struct declared_queue queue;
	rpc_host_key(c->role, c->config->agent.host, host);
	if (!declare_exchange(amqp, &c->exchange.options, t) ||
	    !declare_queue(amqp, &c->exchange.options, &stream, &queue, t))
		return false;
	amqp_confirm_select(amqp, LOGIN_CHANNEL);
	return reply_is_good(amqp_get_rpc_reply(amqp), t) &&
	    declare_consumer(amqp, &queue, RPC_UNDER_WAY, t);
}

static void
forget_session(struct rpc_child *c)
{
	letter_reset(&c->box);
	rpc_desk_reset(&c->desk);
	confirms_clear(&c->confirms);
	confirms_init(&c->confirms);
	c->open_records = 0;
}

static void
on_up(void *owner, struct session *session)
{
	struct rpc_child *c = owner;
	c->session = c->desk.session = session;
	throttle(c);
}

static void
on_down(void *owner, const struct trouble *why)
{
	struct rpc_child *c = owner;
	(void)why;
	c->session = c->desk.session = NULL;
	forget_session(c);
	send_flushed(c);
	throttle(c);
}

static void
on_settled(void *owner, uint64_t what)
{
	struct rpc_child *c = owner;
	if (what == PUBLISHED_RECORD)
		c->open_records--;
}

static void
on_confirmed(void *owner, uint64_t what)
{
	struct rpc_child *c = owner;
	c->flushed.confirmed += what == PUBLISHED_RECORD;
	on_settled(owner, what);
}

static void
fail(struct rpc_child *c, const char *why)
{
	struct trouble t = { .hopeless = false };
	snprintf(t.text, sizeof(t.text), "%s", why);
	session_fail(c->session, &t);
}

static void
take_method(struct rpc_child *c, const amqp_method_t *method)
{
	int known = 0;
	if (method->id == AMQP_BASIC_ACK_METHOD) {
		const amqp_basic_ack_t *m = method->decoded;
		known = confirms_settle(&c->confirms, m->delivery_tag,
		    m->multiple, on_confirmed, c);
	} else if (method->id == AMQP_BASIC_NACK_METHOD) {
		const amqp_basic_nack_t *m = method->decoded;
		known = confirms_settle(
		    &c->confirms, m->delivery_tag, m->multiple, on_settled, c);
	} else if (method->id == AMQP_BASIC_RETURN_METHOD)
		c->flushed.returned++;
	else if (method->id == AMQP_BASIC_CANCEL_METHOD)
		fail(c, "the broker cancelled us: the queue is gone");
	if (known == -1)
		fail(c, "the broker confirmed what was never published");
	send_flushed(c);
	throttle(c);
}

static bool
on_frame(void *owner, const amqp_frame_t *frame)
{
	struct rpc_child *c = owner;
	if (frame->frame_type == AMQP_FRAME_METHOD)
		take_method(c, &frame->payload.method);
	if (letter_take(&c->box, frame))
		rpc_desk_take(&c->desk, &c->box.letter);
	return false;
}

static void
on_blocked(void *owner, const char *reason)
{
	(void)reason;
	throttle(owner);
}

static void
on_room(void *owner)
{
	throttle(owner);
}

static const struct connection_events connection_events = { setup, on_up,
	on_frame, on_blocked, on_room, on_down };

static void
on_alive(uv_timer_t *timer)
{
	struct rpc_child *c = timer->data;
	bool up = c->session != NULL;
	pair_send(c->parent, RPC_ALIVE, &up, sizeof(up));
}

static void
close_all(struct rpc_child *c)
{
	connection_free(c->connection);
	pair_free(c->parent);
	uv_close((uv_handle_t *)&c->alive, NULL);
	uv_run(&c->loop, UV_RUN_DEFAULT);
	uv_loop_close(&c->loop);
	confirms_clear(&c->confirms);
	letter_clear(&c->box);
	address_clear(&c->address);
	free(c);
}

int
rpc_child_run(const struct config *config, const char *role, int fd)
{
	struct rpc_child *c = xcalloc(1, sizeof(*c));
	c->config = config;
	c->role = role;
	c->box.longest = RPC_QUESTION_MAX;
	rpc_exchange_init(&c->exchange, &config->broker);
	confirms_init(&c->confirms);
	uv_loop_init(&c->loop);
	c->parent = pair_new(&c->loop, fd, &parent_events, c);
	c->desk = (struct rpc_desk){ .parent = c->parent,
		.confirms = &c->confirms,
		.answers = PUBLISHED_ANSWER };
	c->alive.data = c;
	uv_timer_init(&c->loop, &c->alive);
	uv_timer_start(&c->alive, on_alive, 0, 1000);
	snprintf(c->name, sizeof(c->name), "weir rpc %s %s", role,
	    config->agent.host);
	if (address_read(&config->broker, &c->address) == 0)
		c->connection = connection_new(
		    &c->loop, &config->broker, c->name, &connection_events, c);
	int status = c->connection != NULL ? EX_OK : EX_CONFIG;
	if (c->connection != NULL)
		uv_run(&c->loop, UV_RUN_DEFAULT);
	close_all(c);
	return status;
}
