/*
 * A record as an AMQP message and back (docs/wire.md).  The body is the
 * text, byte for byte; what else is known travels in properties and headers,
 * so that a ten-line script can consume it.  A message with a bare body and
 * no headers is a line too.
 */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include <amqp.h>
#include <amqp_framing.h>

#include "broker/output.h"
#include "record/record.h"

/*
 * Longest text in a header, so that they fit the smallest frame_max; where
 * frames are of 16 KiB at least, as RabbitMQ's are of 128 KiB, there is room
 * for more.  A key has 255 bytes at most.
 */
#define MESSAGE_TEXT_MAX 255
#define MESSAGE_LARGE_FRAME ((size_t)16 << 10)
#define MESSAGE_LARGE_TEXT_MAX 1024
#define MESSAGE_PATH_MAX 1024

struct message_route {
	amqp_channel_t channel;
	const char *exchange; /* "": the default one, to the queue of the key */
	const char *queue; /* NULL: the record's own key is the routing key */
	const char
	    *user; /* the login's, for the broker to vouch for; or NULL */
	bool mandatory;
};

/*
 * Lay basic.publish and the content of `r`, persistent, into `o`.  Returns its
 * message_mark_of.
 */
uint64_t message_put(struct output *o, const struct message_route *route,
    const struct record *r);

/* A number to know a message by when the broker returns it. */
uint64_t message_mark_of(const amqp_basic_properties_t *properties);

/*
 * What the properties say, as a record without body; its fields point into
 * the properties, and its data into `data`, whose bytes are overwritten.
 * Headers of unexpected type count as absent.  Without
 * them: severity and facility from the key's words, or info and user;
 * `received` for the time; without `prev`, RECORD_UNCHAINED.
 */
void message_read(const amqp_basic_properties_t *properties, struct str key,
    int64_t received, struct buffer *data, struct record *r);

#endif
