/*
 * type = syslog: messages from sockets.  They go into the spool first, whether
 * there is room in the window or not; from there they are routed.
 */
#include "agent/input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/listen_datagram.h"
#include "agent/listen_open.h"
#include "agent/listen_stream.h"
#include "agent/reception.h"
#include "agent/talkers.h"
#include "agent/tls.h"
#include "core/log.h"
#include "core/xalloc.h"

/* One of the two. */
struct listener {
	struct listen_datagram *datagram;
	struct listen_stream *stream;
};

struct input {
	struct input_context context;
	struct listening_list sockets;
	struct listener *listeners; /* one for each of them */
	struct reception *reception;
	struct talkers *talkers;
	struct tls *tls; /* NULL: nobody needs it */
};

static bool
takes_datagrams(const struct listening *socket)
{
	return socket->kind == LISTEN_UDP || socket->kind == LISTEN_UNIX_DGRAM;
}

static bool
has_datagrams(const struct input *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		if (takes_datagrams(&in->sockets.items[i]))
			return true;
	return false;
}

static bool
wants_tls(const struct input *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		if (in->sockets.items[i].kind == LISTEN_TLS)
			return true;
	return false;
}

static void
on_changed(void *owner, bool open)
{
	struct input *in = owner;
	talkers_listen(in->talkers, open);
}

static void
listen_to_all(struct input *in)
{
	uv_loop_t *loop = in->context.loop;
	in->listeners = xcalloc(in->sockets.count + 1, sizeof(*in->listeners));
	for (size_t i = 0; i < in->sockets.count; i++) {
		const struct listening *one = &in->sockets.items[i];
		struct listener *l = &in->listeners[i];
		if (takes_datagrams(one))
			l->datagram =
			    listen_datagram_new(loop, in->reception, one);
		else
			l->stream = listen_stream_new(loop, in->talkers, one,
			    one->kind == LISTEN_TLS ? in->tls : NULL);
		log_info("input %s: listening on %s", in->context.options->name,
		    one->name);
	}
}

static void
close_sockets(struct input *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		close(in->sockets.items[i].fd);
	listen_forget(&in->sockets);
}

/* With --once only what waits in the spool is there to be read. */
static struct input *
syslog_open(const struct input_context *context)
{
	struct input *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	if (!context->once && listen_open(context->options, &in->sockets) == -1)
		goto free_input;
	if (wants_tls(in) && (in->tls = tls_new(context->options)) == NULL)
		goto close_sockets;
	in->reception =
	    reception_new(context, has_datagrams(in), on_changed, in);
	if (in->reception == NULL)
		goto free_tls;
	in->talkers = talkers_new(context->loop, in->reception);
	listen_to_all(in);
	return in;

free_tls:
	tls_free(in->tls);
close_sockets:
	close_sockets(in);
free_input:
	free(in);
	return NULL;
}

static bool
syslog_turn(struct input *in)
{
	return reception_turn(in->reception);
}

static void
syslog_recorded(struct input *in)
{
	reception_recorded(in->reception);
}

static bool
syslog_finished(const struct input *in)
{
	return in->context.once && reception_is_drained(in->reception);
}

static void
syslog_status(const struct input *in)
{
	const struct listen_counts *c = in->context.counts;
	reception_status(in->reception);
	log_info(
	    "input %s: received %" PRIu64 ", dropped for want of room %" PRIu64
	    ", by the kernel %" PRIu64 ", truncated %" PRIu64 ", empty %" PRIu64
	    "; connections %" PRIu64 " of %" PRIu64 ", refused %" PRIu64
	    ", rejected by TLS %" PRIu64 ", idle %" PRIu64,
	    in->context.options->name, c->received, c->dropped,
	    c->kernel_dropped, c->truncated, c->empty, c->connections,
	    c->accepted, c->refused, c->rejected, c->idle);
}

static void
syslog_close(struct input *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		if (in->listeners[i].datagram != NULL)
			listen_datagram_free(in->listeners[i].datagram);
		else
			listen_stream_free(in->listeners[i].stream);
	talkers_free(in->talkers);
	reception_free(in->reception);
	listen_forget(&in->sockets);
	/* Sessions refer to it as long as they live (SSL_CTX_free(3)). */
	tls_free(in->tls);
	free(in->listeners);
	free(in);
}

const struct input_kind input_syslog = { syslog_open, syslog_turn,
	syslog_recorded, syslog_finished, syslog_status, syslog_close };
