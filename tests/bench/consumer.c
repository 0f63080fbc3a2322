/*
 * consumer PORT COUNT: take every line from an exclusive queue and count.
 *
 * Each line has a number of its own below COUNT: its last DIGITS digits, with
 * nothing but quotes and brackets behind.  Says "ready" when it is bound.
 * Ends when all COUNT have come and then nothing for a while, or on SIGTERM,
 * and says what came, in one line:
 *
 *	lines      all messages
 *	distinct   different numbers, so COUNT - distinct are lost
 *	foreign    messages without such a number
 *	properties bytes of all properties and headers, as encoded
 *	last       when the last new number came, CLOCK_MONOTONIC ns
 */
#include <amqp.h>
#include <amqp_framing.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "tests/bench/client.h"

#define DIGITS 8
#define PREFETCH 1000
#define ACK_EVERY (PREFETCH / 2)
#define TICK 20000 /* us: what was not acknowledged by then is */
#define QUIET 15 /* ticks after which nothing more will come */

struct consumer {
	amqp_connection_state_t amqp;
	uint64_t count;
	bool *seen;
	uint64_t tag; /* the last delivery's */
	uint64_t acked;
	uint64_t body_size; /* of the message under way */
	uint64_t lines, distinct, foreign, properties;
	int64_t last;
};

static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* The number near a line's end; `count` if there is none below it. */
static uint64_t
number_of(amqp_bytes_t line, uint64_t count)
{
	const char *start = line.bytes, *end = start + line.len;
	uint64_t number = 0;
	while (end > start && (end[-1] == '}' || end[-1] == '"'))
		end--;
	if (end - start < DIGITS)
		return count;
	for (const char *p = end - DIGITS; p < end; p++) {
		if (*p < '0' || *p > '9')
			return count;
		number = number * 10 + (uint64_t)(*p - '0');
	}
	return number < count ? number : count;
}

static void
take_line(struct consumer *c, amqp_bytes_t line)
{
	uint64_t number = number_of(line, c->count);
	c->lines++;
	if (number == c->count)
		c->foreign++;
	else if (!c->seen[number]) {
		c->seen[number] = true;
		c->distinct++;
		c->last = clock_monotonic();
	}
}

static void
acknowledge(struct consumer *c)
{
	if (c->tag == c->acked)
		return;
	client_check_status(
	    amqp_basic_ack(c->amqp, CLIENT_CHANNEL, c->tag, 1), "basic.ack");
	c->acked = c->tag;
}

static void
take_body(struct consumer *c, amqp_bytes_t body)
{
	if (body.len != c->body_size) {
		log_error("a body in several frames is no line of the bench");
		exit(EXIT_FAILURE);
	}
	take_line(c, body);
	if (c->tag - c->acked >= ACK_EVERY)
		acknowledge(c);
}

static void
take_method(struct consumer *c, const amqp_method_t *method)
{
	if (method->id != AMQP_BASIC_DELIVER_METHOD) {
		log_error("the broker sent %s", amqp_method_name(method->id));
		exit(EXIT_FAILURE);
	}
	const amqp_basic_deliver_t *deliver = method->decoded;
	c->tag = deliver->delivery_tag;
}

static void
take_frame(struct consumer *c, const amqp_frame_t *frame)
{
	switch (frame->frame_type) {
	case AMQP_FRAME_METHOD:
		take_method(c, &frame->payload.method);
		break;
	case AMQP_FRAME_HEADER:
		c->body_size = frame->payload.properties.body_size;
		c->properties += frame->payload.properties.raw.len;
		break;
	case AMQP_FRAME_BODY:
		take_body(c, frame->payload.body_fragment);
		break;
	default:
		break;
	}
}

static void
consume(struct consumer *c)
{
	static const struct timeval tick = { 0, TICK };
	amqp_frame_t frame;
	int quiet = 0;
	while (!stopped && !(c->distinct == c->count && quiet >= QUIET)) {
		amqp_maybe_release_buffers(c->amqp);
		int status =
		    amqp_simple_wait_frame_noblock(c->amqp, &frame, &tick);
		if (status == AMQP_STATUS_TIMEOUT) {
			acknowledge(c);
			quiet++;
			continue;
		}
		client_check_status(status, "wait for a line");
		quiet = 0;
		take_frame(c, &frame);
	}
	acknowledge(c);
}

static void
subscribe(amqp_connection_state_t amqp)
{
	/* Server-named and exclusive: the channel's last queue is meant. */
	amqp_queue_declare(amqp, CLIENT_CHANNEL, amqp_empty_bytes, 0, 0, 1, 1,
	    amqp_empty_table);
	client_check(amqp, "queue.declare");
	amqp_queue_bind(amqp, CLIENT_CHANNEL, amqp_empty_bytes,
	    amqp_cstring_bytes(CLIENT_EXCHANGE), amqp_cstring_bytes("#"),
	    amqp_empty_table);
	client_check(amqp, "queue.bind");
	amqp_basic_qos(amqp, CLIENT_CHANNEL, 0, PREFETCH, 0);
	client_check(amqp, "basic.qos");
	amqp_basic_consume(amqp, CLIENT_CHANNEL, amqp_empty_bytes,
	    amqp_empty_bytes, 0, 0, 1, amqp_empty_table);
	client_check(amqp, "basic.consume");
}

int
main(int argc, char **argv)
{
	struct consumer c = { 0 };
	log_init("consumer", LOG_LEVEL_INFO);
	if (argc != 3) {
		fputs("usage: consumer PORT COUNT\n", stderr);
		return 64;
	}
	signal(SIGTERM, on_signal);
	c.count = strtoull(argv[2], NULL, 10);
	c.seen = xcalloc(c.count + 1, sizeof(*c.seen));
	c.amqp = client_open(argv[1]);
	subscribe(c.amqp);
	puts("ready");
	fflush(stdout);
	consume(&c);
	client_close(c.amqp);
	printf("lines=%" PRIu64 " distinct=%" PRIu64 " foreign=%" PRIu64
	       " properties=%" PRIu64 " last=%" PRId64 "\n",
	    c.lines, c.distinct, c.foreign, c.properties, c.last);
	free(c.seen);
	return EXIT_SUCCESS;
}
