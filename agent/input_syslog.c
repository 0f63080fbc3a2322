/* type = syslog: messages from sockets. */
#include "agent/intake.h"

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

struct intake {
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
has_datagrams(const struct intake *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		if (takes_datagrams(&in->sockets.items[i]))
			return true;
	return false;
}

static bool
wants_tls(const struct intake *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		if (in->sockets.items[i].kind == LISTEN_TLS)
			return true;
	return false;
}

static void
on_changed(void *owner, bool open)
{
	struct intake *in = owner;
	talkers_listen(in->talkers, open);
}

static void
listen_to_all(struct intake *in)
{
	uv_loop_t *loop = in->context.loop;
	in->listeners = xcalloc(in->sockets.count + 1, sizeof(*in->listeners));
	for (size_t i = 0; i < in->sockets.count; i++) {
		struct listening *one = &in->sockets.items[i];
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
close_sockets(struct intake *in)
{
	for (size_t i = 0; i < in->sockets.count; i++)
		close(in->sockets.items[i].fd);
	listen_forget(&in->sockets);
}

/* With --once only what waits in the spool is there to be read. */
static struct intake *
syslog_open(const struct input_context *context, struct spool *spool)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	in->context = *context;
	if (!context->once && listen_open(context->options, &in->sockets) == -1)
		goto free_intake;
	if (wants_tls(in) && (in->tls = tls_new(context->options)) == NULL)
		goto close_sockets;
	in->reception =
	    reception_new(context, spool, has_datagrams(in), on_changed, in);
	in->talkers = talkers_new(context->loop, in->reception);
	listen_to_all(in);
	return in;

close_sockets:
	close_sockets(in);
free_intake:
	free(in);
	return NULL;
}

static void
syslog_second(struct intake *in)
{
	reception_second(in->reception);
}

static bool
syslog_ended(const struct intake *in)
{
	return in->context.once;
}

static void
syslog_status(const struct intake *in)
{
	const struct listen_counts *c = in->context.counts;
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
syslog_close(struct intake *in)
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

const struct intake_kind intake_syslog = { "syslog", syslog_open, syslog_second,
	syslog_ended, syslog_status, syslog_close };
