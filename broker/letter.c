#include "broker/letter.h"

#include <amqp_framing.h>
#include <assert.h>
#include <stdio.h>

#include "broker/login.h"

static void
copy(char out[256], amqp_bytes_t text)
{
	snprintf(out, 256, "%.*s", (int)text.len, (const char *)text.bytes);
}

static void
begin(struct letter_box *box, const amqp_basic_deliver_t *deliver)
{
	box->expected = true;
	box->letter.tag = deliver->delivery_tag;
	box->letter.body.len = 0;
	box->letter.too_long = false;
}

static bool
take_properties(struct letter_box *box, const amqp_frame_t *f)
{
	const amqp_basic_properties_t *p = f->payload.properties.decoded;
	struct letter *l = &box->letter;
	l->reply_to[0] = l->correlation[0] = '\0';
	if (p->_flags & AMQP_BASIC_REPLY_TO_FLAG)
		copy(l->reply_to, p->reply_to);
	if (p->_flags & AMQP_BASIC_CORRELATION_ID_FLAG)
		copy(l->correlation, p->correlation_id);
	box->missing = f->payload.properties.body_size;
	l->too_long = box->missing > box->longest;
	box->expected = box->missing > 0;
	return !box->expected;
}

static bool
take_body(struct letter_box *box, amqp_bytes_t part)
{
	if (part.len > box->missing) /* than was announced */
		part.len = box->missing;
	box->missing -= part.len;
	if (!box->letter.too_long)
		buffer_append(&box->letter.body, part.bytes, part.len);
	box->expected = box->missing > 0;
	return !box->expected;
}

bool
letter_take(struct letter_box *box, const amqp_frame_t *f)
{
	if (f->frame_type == AMQP_FRAME_METHOD &&
	    f->payload.method.id == AMQP_BASIC_DELIVER_METHOD)
		begin(box, f->payload.method.decoded);
	else if (f->frame_type == AMQP_FRAME_HEADER && box->expected)
		return take_properties(box, f);
	else if (f->frame_type == AMQP_FRAME_BODY && box->expected)
		return take_body(box, f->payload.body_fragment);
	return false;
}

void
letter_reset(struct letter_box *box)
{
	box->expected = false;
}

void
letter_clear(struct letter_box *box)
{
	buffer_clear(&box->letter.body);
	box->expected = false;
}

void
letter_put(struct output *o, const struct envelope *envelope, struct str body)
{
	amqp_basic_publish_t publish = {
		.exchange = amqp_cstring_bytes(envelope->exchange),
		.routing_key = amqp_cstring_bytes(envelope->key),
		.mandatory = envelope->mandatory,
	};
	amqp_basic_properties_t p = {
		._flags = AMQP_BASIC_CONTENT_TYPE_FLAG |
		    AMQP_BASIC_CORRELATION_ID_FLAG,
		.content_type = amqp_cstring_bytes("application/json"),
		.correlation_id = amqp_cstring_bytes(envelope->correlation),
	};
	if (envelope->reply_to != NULL) {
		p._flags |= AMQP_BASIC_REPLY_TO_FLAG;
		p.reply_to = amqp_cstring_bytes(envelope->reply_to);
	}
	if (envelope->expiration != NULL) {
		p._flags |= AMQP_BASIC_EXPIRATION_FLAG;
		p.expiration = amqp_cstring_bytes(envelope->expiration);
	}
	output_method(o, LOGIN_CHANNEL, AMQP_BASIC_PUBLISH_METHOD, &publish);
	int fits = output_content(o, LOGIN_CHANNEL, &p, body);
	assert(fits == 0); /* four short strings */
}

void
letter_ack(struct output *o, uint64_t tag)
{
	amqp_basic_ack_t m = { .delivery_tag = tag };
	output_method(o, LOGIN_CHANNEL, AMQP_BASIC_ACK_METHOD, &m);
}
