/*
 * AMQP 0-9-1 frames on their way out: the one buffer through which every
 * byte leaves after the handshake.  Messages are laid one behind another and
 * go out with few, large sends; a heartbeat can then never end up inside a
 * half-written frame (501 FRAME_ERROR).
 */
#ifndef BROKER_OUTPUT_H
#define BROKER_OUTPUT_H

#include <amqp.h>
#include <stdint.h>

#include "core/buffer.h"

struct output {
	struct buffer bytes;
	size_t sent; /* of `bytes` that are gone */
	size_t frame_max; /* as negotiated: header, payload and end byte */
};

/* One method frame; `method` is the library's struct for `id`. */
void output_method(struct output *o, amqp_channel_t channel,
    amqp_method_number_t id, void *method);

/*
 * The content header and body frames that follow basic.publish (AMQP 0-9-1,
 * 4.2.6).  Returns -1, with nothing added, when the properties do not fit
 * into one frame.
 */
int output_content(struct output *o, amqp_channel_t channel,
    amqp_basic_properties_t *properties, struct str body);

void output_heartbeat(struct output *o);

/* Bytes waiting. */
size_t output_waiting(const struct output *o);

/*
 * Send what the socket takes.  1: all is out; 0: it takes no more for now;
 * -1: it is broken, see errno.
 */
int output_flush(struct output *o, int fd);

void output_clear(struct output *o);

#endif
