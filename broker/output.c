#include "broker/output.h"

#include <amqp_framing.h>
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Frame: type, channel, size | payload | end (AMQP 0-9-1, 2.3.5). */
#define FRAME_HEADER 7
#define FRAME_EXTRA (FRAME_HEADER + 1)

/* Content header: class, weight, body size, then the properties. */
#define CONTENT_HEADER 12

/* Longest method that we send: its strings are short strings. */
#define METHOD_MAX 4096

/* What an idle connection may keep allocated. */
#define KEEP ((size_t)1 << 20)

static void
put_number(char *at, uint64_t value, size_t bytes)
{
	while (bytes-- > 0) {
		at[bytes] = (char)(value & 0xff);
		value >>= 8;
	}
}

/* Close the frame whose payload of `len` bytes stands FRAME_HEADER behind
 * the end of the buffer. */
static void
seal(struct output *o, int type, amqp_channel_t channel, size_t len)
{
	char *frame = o->bytes.data + o->bytes.len;
	put_number(frame, (uint64_t)type, 1);
	put_number(frame + 1, channel, 2);
	put_number(frame + 3, len, 4);
	frame[FRAME_HEADER + len] = (char)AMQP_FRAME_END;
	o->bytes.len += len + FRAME_EXTRA;
}

void
output_method(struct output *o, amqp_channel_t channel, amqp_method_number_t id,
    void *method)
{
	char *payload =
	    buffer_room(&o->bytes, METHOD_MAX + FRAME_EXTRA) + FRAME_HEADER;
	put_number(payload, id, 4);
	amqp_bytes_t room = { METHOD_MAX - 4, payload + 4 };
	int len = amqp_encode_method(id, method, room);
	assert(len >= 0);
	seal(o, AMQP_FRAME_METHOD, channel, (size_t)len + 4);
}

static void
put_body(struct output *o, amqp_channel_t channel, struct str body)
{
	size_t most = o->frame_max - FRAME_EXTRA;
	while (body.len > 0) {
		size_t n = body.len < most ? body.len : most;
		char *room = buffer_room(&o->bytes, n + FRAME_EXTRA);
		memcpy(room + FRAME_HEADER, body.data, n);
		seal(o, AMQP_FRAME_BODY, channel, n);
		body = str_after(body, n);
	}
}

int
output_content(struct output *o, amqp_channel_t channel,
    amqp_basic_properties_t *properties, struct str body)
{
	size_t most = o->frame_max - FRAME_EXTRA;
	char *payload =
	    buffer_room(&o->bytes, most + FRAME_EXTRA) + FRAME_HEADER;
	put_number(payload, AMQP_BASIC_CLASS, 2);
	put_number(payload + 2, 0, 2);
	put_number(payload + 4, body.len, 8);
	amqp_bytes_t room = { most - CONTENT_HEADER, payload + CONTENT_HEADER };
	int len = amqp_encode_properties(AMQP_BASIC_CLASS, properties, room);
	if (len < 0)
		return -1;
	seal(o, AMQP_FRAME_HEADER, channel, (size_t)len + CONTENT_HEADER);
	put_body(o, channel, body);
	return 0;
}

void
output_heartbeat(struct output *o)
{
	buffer_room(&o->bytes, FRAME_EXTRA);
	seal(o, AMQP_FRAME_HEARTBEAT, 0, 0);
}

size_t
output_waiting(const struct output *o)
{
	return o->bytes.len - o->sent;
}

int
output_flush(struct output *o, int fd)
{
	while (o->sent < o->bytes.len) {
		ssize_t n = send(fd, o->bytes.data + o->sent,
		    o->bytes.len - o->sent, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? 0 : -1;
		o->sent += (size_t)n;
	}
	o->sent = 0;
	buffer_empty(&o->bytes, KEEP);
	return 1;
}

void
output_clear(struct output *o)
{
	buffer_clear(&o->bytes);
	o->sent = 0;
}
