#include "broker/consume.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/bytes.h"
#include "broker/connection.h"
#include "broker/declare.h"
#include "broker/login.h"
#include "broker/message.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Longer messages are refused: max_line's upper bound. */
#define BODY_MAX ((uint64_t)64 << 20)

/* What stays allocated between messages for those of several frames. */
#define KEEP ((size_t)256 << 10)

/* The message that is being put together from its frames. */
struct assembly {
	bool expected; /* basic.deliver came */
	uint64_t tag; /* the broker's */
	uint64_t missing; /* bytes of body */
	bool refused;
	struct record record;
	struct buffer data; /* the record's */
	struct buffer body;
};

struct consumer {
	const struct config *config;
	const struct stream_options *stream;
	struct connection *connection;
	struct session *session;
	struct declared_queue queue;
	uint64_t base; /* ours = base + the broker's */
	uint64_t last; /* highest of ours given out */
	uint64_t acknowledged; /* highest of ours */
	uint64_t rejected;
	bool paused;
	struct assembly message;
	char name[320];
	const struct consumer_events *events;
	void *owner;
};

static bool
setup(void *owner, amqp_connection_state_t amqp, struct trouble *t)
{
	struct consumer *c = owner;
	const struct broker_options *broker = &c->config->broker;
	return declare_exchange(amqp, broker, t) &&
	    declare_queue(amqp, broker, c->stream, &c->queue, t) &&
	    declare_consumer(amqp, &c->queue, (uint16_t)c->stream->prefetch, t);
}

static void
on_up(void *owner, struct session *session)
{
	struct consumer *c = owner;
	c->session = session;
	c->base = c->last;
	c->message.expected = false;
	c->message.tag = 0;
	session_pause(session, c->paused);
	if (c->events->bound != NULL)
		c->events->bound(c->owner);
}

static void
on_down(void *owner, const struct trouble *t)
{
	struct consumer *c = owner;
	(void)t;
	c->session = NULL;
}

static void
reject(struct consumer *c, uint64_t tag)
{
	amqp_basic_reject_t m = { .delivery_tag = tag, .requeue = 0 };
	if (c->rejected++ == 0)
		log_warnx("%s: message that is no line: refused, not requeued",
		    c->name);
	output_method(session_output(c->session), LOGIN_CHANNEL,
	    AMQP_BASIC_REJECT_METHOD, &m);
}

static void
finish_message(struct consumer *c)
{
	struct assembly *m = &c->message;
	m->expected = false;
	if (m->refused)
		reject(c, m->tag);
	else {
		c->last = c->base + m->tag;
		FAULT("consume-line");
		c->events->line(c->owner, &m->record, c->last);
		FAULT("consume-taken");
	}
	buffer_empty(&m->body, KEEP);
}

static bool
begin_message(struct consumer *c, const amqp_basic_deliver_t *deliver)
{
	struct str key = bytes_view(deliver->routing_key);
	/* An ack settles all before it: tags must rise, and never wrap. */
	if (deliver->delivery_tag <= c->message.tag ||
	    deliver->delivery_tag > UINT64_MAX - c->base) {
		struct trouble t = { .text = "a delivery tag came twice" };
		session_fail(c->session, &t);
		return false;
	}
	c->message.expected = true;
	c->message.refused = false;
	c->message.tag = deliver->delivery_tag;
	c->message.record.key = key;
	/* A session may have ended in the middle of a message. */
	c->message.body.len = 0;
	return true;
}

/* True while more frames belong to the message. */
static bool
take_properties(struct consumer *c, const amqp_frame_t *f)
{
	struct assembly *m = &c->message;
	message_read(f->payload.properties.decoded, m->record.key,
	    clock_realtime(), &m->data, &m->record);
	m->missing = f->payload.properties.body_size;
	m->refused = m->missing > BODY_MAX;
	if (m->missing == 0)
		finish_message(c);
	return m->missing > 0 && !m->refused;
}

/* The usual body is one frame, and is not copied. */
static bool
take_body(struct consumer *c, amqp_bytes_t part)
{
	struct assembly *m = &c->message;
	if (part.len > m->missing) {
		struct trouble t = { .text = "body longer than announced" };
		session_fail(c->session, &t);
		return false;
	}
	bool whole = m->body.len == 0 && part.len == m->missing;
	m->missing -= part.len;
	if (whole)
		m->record.body = bytes_view(part);
	else if (!m->refused)
		buffer_append(&m->body, part.bytes, part.len);
	if (m->missing > 0)
		return !m->refused;
	if (!whole)
		m->record.body = buffer_str(&m->body);
	finish_message(c);
	return false;
}

static bool
on_frame(void *owner, const amqp_frame_t *f)
{
	struct consumer *c = owner;
	if (f->frame_type == AMQP_FRAME_HEADER && c->message.expected)
		return take_properties(c, f);
	if (f->frame_type == AMQP_FRAME_BODY && c->message.expected)
		return take_body(c, f->payload.body_fragment);
	if (f->frame_type != AMQP_FRAME_METHOD)
		return false;
	if (f->payload.method.id == AMQP_BASIC_DELIVER_METHOD)
		return begin_message(c, f->payload.method.decoded);
	if (f->payload.method.id == AMQP_BASIC_CANCEL_METHOD) {
		struct trouble t = { .text = "the broker cancelled us: the "
					     "queue was deleted or moved" };
		session_fail(c->session, &t);
	}
	return false;
}

static void
on_blocked(void *owner, const char *reason)
{
	/* A consumer publishes nothing: nothing to stop. */
	(void)owner;
	(void)reason;
}

static const struct connection_events connection_events = { setup, on_up,
	on_frame, on_blocked, NULL, on_down };

struct consumer *
consumer_new(uv_loop_t *loop, const struct config *config,
    const struct stream_options *stream, const struct consumer_events *events,
    void *owner)
{
	struct consumer *c = xcalloc(1, sizeof(*c));
	*c = (struct consumer){ .config = config,
		.stream = stream,
		.events = events,
		.owner = owner };
	snprintf(c->name, sizeof(c->name), "stream %s", stream->name);
	c->connection = connection_new(
	    loop, &config->broker, c->name, &connection_events, c);
	if (c->connection == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
consumer_ack(struct consumer *c, uint64_t tag)
{
	/* Once more is an error to the broker. */
	if (c->session == NULL || tag <= c->base || tag <= c->acknowledged)
		return;
	c->acknowledged = tag;
	amqp_basic_ack_t m = { .delivery_tag = tag - c->base, .multiple = 1 };
	FAULT("consume-ack");
	output_method(session_output(c->session), LOGIN_CHANNEL,
	    AMQP_BASIC_ACK_METHOD, &m);
	FAULT("consume-acked");
}

void
consumer_pause(struct consumer *c, bool paused)
{
	c->paused = paused;
	if (c->session != NULL)
		session_pause(c->session, paused);
}

bool
consumer_is_bound(const struct consumer *c)
{
	return c->session != NULL;
}

const char *
consumer_queue(const struct consumer *c)
{
	return c->queue.name;
}

uint64_t
consumer_rejected(const struct consumer *c)
{
	return c->rejected;
}

void
consumer_close(struct consumer *c)
{
	connection_close(c->connection);
}

void
consumer_free(struct consumer *c)
{
	if (c == NULL)
		return;
	connection_free(c->connection);
	buffer_clear(&c->message.data);
	buffer_clear(&c->message.body);
	free(c);
}
