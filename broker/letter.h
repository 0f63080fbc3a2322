/*
 * Questions and answers as AMQP messages: a JSON body, `reply_to` and
 * `correlation_id`, from an exclusive queue of ours or into somebody's.
 */
#ifndef BROKER_LETTER_H
#define BROKER_LETTER_H

#include <amqp.h>
#include <stdbool.h>
#include <stdint.h>

#include "broker/output.h"
#include "core/buffer.h"

/* One that arrived.  Texts are short strings of AMQP; absent ones empty. */
struct letter {
	uint64_t tag; /* to acknowledge it by */
	char reply_to[256];
	char correlation[256];
	bool too_long; /* the body is left out */
	struct buffer body;
};

/* Puts letters together from frames.  A zeroed struct is ready. */
struct letter_box {
	struct letter letter;
	uint64_t missing; /* bytes of its body */
	bool expected;
	size_t longest; /* body */
};

/*
 * One frame of the channel.  True when a letter is complete: it is in
 * `box->letter` until the next frame.
 */
bool letter_take(struct letter_box *box, const amqp_frame_t *frame);

/* A new connection: what was begun will not be completed. */
void letter_reset(struct letter_box *box);

void letter_clear(struct letter_box *box);

struct envelope {
	const char *exchange; /* "": the default one */
	const char *key;
	const char *reply_to; /* NULL: none */
	const char *correlation;
	const char *expiration; /* ms; NULL: it waits for ever */
	bool mandatory;
};

void
letter_put(struct output *o, const struct envelope *envelope, struct str body);

/* Acknowledge one letter. */
void letter_ack(struct output *o, uint64_t tag);

#endif
