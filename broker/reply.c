#include "broker/reply.h"

#include <amqp_framing.h>
#include <stdio.h>

/*
 * Reply codes (AMQP 0-9-1, 1.2 "constants") that nothing but a change of
 * configuration mends.
 */
static bool
is_hopeless(int code)
{
	return code == AMQP_ACCESS_REFUSED || code == AMQP_NOT_FOUND ||
	    code == AMQP_PRECONDITION_FAILED || code == AMQP_NOT_ALLOWED ||
	    code == AMQP_NOT_IMPLEMENTED;
}

static void
put_close(struct trouble *t, int code, amqp_bytes_t text)
{
	t->hopeless = is_hopeless(code);
	t->refused = false;
	snprintf(t->text, sizeof(t->text), "the broker says: %d %.*s", code,
	    (int)text.len, (const char *)text.bytes);
}

void
reply_read_close(const amqp_method_t *method, struct trouble *t)
{
	if (method->id == AMQP_CONNECTION_CLOSE_METHOD) {
		const amqp_connection_close_t *m = method->decoded;
		put_close(t, m->reply_code, m->reply_text);
	} else if (method->id == AMQP_CHANNEL_CLOSE_METHOD) {
		const amqp_channel_close_t *m = method->decoded;
		put_close(t, m->reply_code, m->reply_text);
		t->refused = m->reply_code == AMQP_PRECONDITION_FAILED &&
		    m->class_id == AMQP_BASIC_CLASS;
		t->hopeless &= !t->refused;
	} else {
		t->hopeless = t->refused = false;
		snprintf(t->text, sizeof(t->text),
		    "unexpected method 0x%08X from the broker", method->id);
	}
}

bool
reply_is_good(amqp_rpc_reply_t reply, struct trouble *t)
{
	switch (reply.reply_type) {
	case AMQP_RESPONSE_NORMAL:
		return true;
	case AMQP_RESPONSE_SERVER_EXCEPTION:
		reply_read_close(&reply.reply, t);
		return false;
	case AMQP_RESPONSE_LIBRARY_EXCEPTION:
		t->hopeless = false;
		snprintf(t->text, sizeof(t->text), "%s",
		    amqp_error_string2(reply.library_error));
		return false;
	default:
		t->hopeless = false;
		snprintf(t->text, sizeof(t->text), "no reply from the broker");
		return false;
	}
}
