#include "broker/ship.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "broker/address.h"
#include "broker/confirms.h"
#include "broker/connection.h"
#include "broker/declare.h"
#include "broker/link.h"
#include "broker/login.h"
#include "broker/message.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Enough in the output buffer for one large send. */
#define OUTPUT_ENOUGH ((size_t)256 << 10)

struct shipper {
	const struct config *config;
	uv_loop_t loop;
	uv_timer_t alive;
	uv_idle_t turn; /* what the frames of one turn settled goes back */
	struct pair *reader;
	struct address address; /* for the user, whom the broker vouches for */
	struct connection *connection;
	struct session *session; /* NULL: down */
	struct confirms confirms;
	struct link_ranges confirmed;
	struct link_ranges refused;
	uint64_t session_number;
	bool resumed; /* the reader speaks to the present session */
	bool returning; /* basic.return came, its properties are next */
	/*
	 * The broker closed the channel for one of so many messages: they go
	 * one by one now, until it is known for which.
	 */
	size_t suspects;
	char name[320];
};

/* The reader waits while the broker, or the window, takes no more. */
static void
throttle(struct shipper *s)
{
	size_t most =
	    s->suspects > 0 ? 1 : (size_t)s->config->broker.confirm_window;
	bool wait = s->session != NULL && s->resumed &&
	    (session_is_blocked(s->session) || s->confirms.open >= most ||
		session_waiting(s->session) >= OUTPUT_ENOUGH);
	pair_pause(s->reader, wait);
}

static void
publish(struct shipper *s, struct str payload)
{
	uint64_t id;
	struct record r;
	struct message_route route = { .channel = LOGIN_CHANNEL,
		.exchange = s->config->broker.exchange,
		.user = s->address.user,
		.mandatory = s->config->broker.mandatory };
	if (!s->resumed || s->session == NULL)
		return; /* meant for a session that is gone: comes again */
	if (link_read_publish(payload, &id, &r) == -1) {
		log_warnx("%s: packet that is no line", s->name);
		return;
	}
	FAULT("ship-publish");
	confirms_add(&s->confirms, id,
	    message_put(session_output(s->session), &route, &r));
	FAULT("ship-published");
	throttle(s);
}

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct shipper *s = owner;
	uint64_t number;
	if (type == LINK_PUBLISH)
		publish(s, payload);
	else if (type == LINK_RESUME && link_read_number(payload, &number) == 0)
		s->resumed = number == s->session_number;
}

static void
on_reader_gone(void *owner, const char *why)
{
	struct shipper *s = owner;
	(void)why;
	connection_close(s->connection);
	uv_stop(&s->loop);
}

static const struct pair_events reader_events = { on_packet, NULL,
	on_reader_gone };

static bool
setup(void *owner, amqp_connection_state_t amqp, struct trouble *t)
{
	struct shipper *s = owner;
	if (!declare_exchange(amqp, &s->config->broker, t))
		return false;
	amqp_confirm_select(amqp, LOGIN_CHANNEL);
	return reply_is_good(amqp_get_rpc_reply(amqp), t);
}

static void
on_up(void *owner, struct session *session)
{
	struct shipper *s = owner;
	s->session = session;
	s->resumed = false;
	confirms_clear(&s->confirms);
	confirms_init(&s->confirms);
	link_send_number(s->reader, LINK_UP, ++s->session_number);
	throttle(s);
}

static void
send_answers(struct shipper *s)
{
	link_ranges_send(&s->confirmed, s->reader, LINK_CONFIRMED);
	link_ranges_send(&s->refused, s->reader, LINK_REFUSED);
	FAULT("ship-confirmed");
}

static void
on_turn(uv_idle_t *turn)
{
	struct shipper *s = turn->data;
	uv_idle_stop(turn);
	send_answers(s);
	throttle(s);
}

static void
on_confirmed(void *owner, uint64_t id)
{
	struct shipper *s = owner;
	FAULT("ship-confirm");
	if (s->suspects > 0)
		s->suspects--;
	link_ranges_add(&s->confirmed, s->reader, LINK_CONFIRMED, id);
}

static void
on_refused(void *owner, uint64_t id)
{
	struct shipper *s = owner;
	link_ranges_add(&s->refused, s->reader, LINK_REFUSED, id);
}

static void
on_returned(struct shipper *s, const amqp_basic_properties_t *properties)
{
	uint64_t id = confirms_find(&s->confirms, message_mark_of(properties));
	s->returning = false;
	if (id != 0)
		link_send_number(s->reader, LINK_UNROUTABLE, id);
}

/* What the broker sends on a channel in confirm mode; the body of a returned
 * message is let pass. */
static bool
on_frame(void *owner, const amqp_frame_t *frame)
{
	struct shipper *s = owner;
	int known = 0;
	if (frame->frame_type == AMQP_FRAME_HEADER && s->returning)
		on_returned(s, frame->payload.properties.decoded);
	uv_idle_start(&s->turn, on_turn);
	if (frame->frame_type != AMQP_FRAME_METHOD)
		return false;
	const void *method = frame->payload.method.decoded;
	if (frame->payload.method.id == AMQP_BASIC_ACK_METHOD) {
		const amqp_basic_ack_t *m = method;
		known = confirms_settle(&s->confirms, m->delivery_tag,
		    m->multiple, on_confirmed, s);
	} else if (frame->payload.method.id == AMQP_BASIC_NACK_METHOD) {
		const amqp_basic_nack_t *m = method;
		known = confirms_settle(
		    &s->confirms, m->delivery_tag, m->multiple, on_refused, s);
	} else if (frame->payload.method.id == AMQP_BASIC_RETURN_METHOD)
		s->returning = true;
	if (known == -1) {
		struct trouble t = { .text = "the broker confirmed what was "
					     "never published" };
		session_fail(s->session, &t);
	}
	return false;
}

static void
on_blocked(void *owner, const char *reason)
{
	struct shipper *s = owner;
	link_send_text(s->reader, LINK_BLOCKED, reason ? reason : "");
	throttle(s);
}

static void
on_room(void *owner)
{
	throttle(owner);
}

/* The broker will not have one of the messages under way: which? */
static void
suspect(struct shipper *s, const char *why)
{
	uint64_t only = confirms_only(&s->confirms);
	s->suspects = s->confirms.open;
	if (only == 0)
		return;
	link_send_poison(s->reader, only, why);
	s->suspects = 0;
}

static void
on_down(void *owner, const struct trouble *t)
{
	struct shipper *s = owner;
	s->session = NULL;
	s->resumed = s->returning = false;
	/* What the broker confirmed before it went need not be sent again. */
	send_answers(s);
	if (t->refused)
		suspect(s, t->text);
	link_send_text(s->reader, LINK_DOWN, t->text);
	throttle(s);
}

static const struct connection_events connection_events = { setup, on_up,
	on_frame, on_blocked, on_room, on_down };

static void
on_alive(uv_timer_t *timer)
{
	struct shipper *s = timer->data;
	pair_send(s->reader, LINK_ALIVE, NULL, 0);
}

int
ship(const struct config *config, int fd)
{
	struct shipper *s = xcalloc(1, sizeof(*s));
	s->config = config;
	uv_loop_init(&s->loop);
	s->reader = pair_new(&s->loop, fd, &reader_events, s);
	confirms_init(&s->confirms);
	s->alive.data = s->turn.data = s;
	uv_idle_init(&s->loop, &s->turn);
	uv_timer_init(&s->loop, &s->alive);
	uv_timer_start(&s->alive, on_alive, 0, 1000);
	snprintf(s->name, sizeof(s->name), "weir agent %s", config->agent.host);
	if (address_read(&config->broker, &s->address) == 0)
		s->connection = connection_new(
		    &s->loop, &config->broker, s->name, &connection_events, s);
	if (s->connection != NULL)
		uv_run(&s->loop, UV_RUN_DEFAULT);
	int status = s->connection != NULL ? EX_OK : EX_CONFIG;
	connection_free(s->connection);
	pair_free(s->reader);
	uv_close((uv_handle_t *)&s->alive, NULL);
	uv_close((uv_handle_t *)&s->turn, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
	confirms_clear(&s->confirms);
	address_clear(&s->address);
	free(s);
	return status;
}
