#include "collector/intake.h"

#include <inttypes.h>
#include <stdlib.h>

#include "broker/consume.h"
#include "broker/local.h"
#include "broker/local_tail.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* For all goodbyes to the broker together. */
#define GOODBYE NS_PER_SECOND

/* One stream and its queue. */
struct lane {
	struct intake *intake;
	size_t number; /* of the stream in the configuration */
	struct stream *stream;
	struct consumer *consumer; /* NULL: fed by the embedded router */
	bool paused;
};

struct intake {
	uv_loop_t *loop;
	const struct config *config;
	struct lane *lanes;
	size_t lane_count;
	struct local_router *router; /* NULL: the broker */
	struct local_tail *tails;
	bool draining;
	bool bound; /* all were, once */
	int64_t last_line;
	const struct intake_events *events;
	void *owner;
};

/* Of the broker each stream has its bound; the embedded router has one. */
static size_t
in_hand(const struct lane *lane)
{
	size_t bytes = 0;
	if (lane->intake->router == NULL)
		return stream_in_hand(lane->stream);
	for (size_t i = 0; i < lane->intake->lane_count; i++)
		bytes += stream_in_hand(lane->intake->lanes[i].stream);
	return bytes;
}

static void
pace(struct lane *lane)
{
	struct intake *in = lane->intake;
	size_t bound = (size_t)in->config->collector.in_hand;
	bool pause = in->draining || in_hand(lane) >= bound;
	if (pause == lane->paused)
		return;
	lane->paused = pause;
	if (in->router != NULL) {
		local_pause(in->router, pause);
		for (size_t i = 0; i < in->lane_count; i++)
			in->lanes[i].paused = pause;
	} else
		consumer_pause(lane->consumer, pause);
}

static void
take(struct lane *lane, const struct record *r, uint64_t tag)
{
	/* To the millisecond will do, and costs no call for each line. */
	lane->intake->last_line =
	    (int64_t)uv_now(lane->intake->loop) * NS_PER_MS;
	stream_take(lane->stream, r, tag);
	pace(lane);
}

static void
on_committed(void *owner, uint64_t tag)
{
	struct lane *lane = owner;
	struct intake *in = lane->intake;
	if (in->router != NULL)
		local_commit(in->router, lane->number, tag);
	else
		consumer_ack(lane->consumer, tag);
	pace(lane);
	in->events->committed(in->owner);
}

static void
on_line(void *owner, const struct record *r, uint64_t tag)
{
	take(owner, r, tag);
}

/* A queue of the broker's naming is a new one each time. */
static void
note_bound(struct lane *lane)
{
	const struct stream_options *options = stream_options(lane->stream);
	bool anew = lane->consumer != NULL && options->queue[0] == '\0';
	ledger_bound(stream_ledger(lane->stream), &options->bind, anew);
	stream_flush(lane->stream);
}

static void
on_bound(void *owner)
{
	struct lane *lane = owner;
	struct intake *in = lane->intake;
	note_bound(lane);
	in->last_line = clock_monotonic();
	for (size_t i = 0; i < in->lane_count; i++)
		if (!consumer_is_bound(in->lanes[i].consumer))
			return;
	if (!in->bound)
		in->events->bound(in->owner);
	in->bound = true;
}

static const struct consumer_events consumer_events = { on_line, on_bound };

static void
on_local_line(void *owner, size_t stream, const struct record *r, uint64_t tag)
{
	struct intake *in = owner;
	take(&in->lanes[stream], r, tag);
}

static void
on_local_seen(void *owner, const struct record *r)
{
	struct intake *in = owner;
	local_tail_show(in->tails, r);
}

static void
on_local_ended(void *owner)
{
	struct intake *in = owner;
	in->events->unfed(in->owner);
}

static const struct local_events local_events = { on_local_line, on_local_seen,
	on_local_ended };

static void
on_stream_ended(void *owner)
{
	struct lane *lane = owner;
	lane->intake->events->unread(lane->intake->owner);
}

static int
open_streams(struct intake *in, uv_loop_t *loop)
{
	const struct config *config = in->config;
	in->lanes = xcalloc(config->stream_count, sizeof(*in->lanes));
	for (size_t i = 0; i < config->stream_count; i++) {
		struct lane *lane = &in->lanes[i];
		*lane = (struct lane){ .intake = in, .number = i };
		lane->stream = stream_new(
		    loop, config, &config->streams[i], on_committed, lane);
		if (lane->stream == NULL)
			return -1;
		stream_on_end(lane->stream, on_stream_ended);
		in->lane_count++;
	}
	return 0;
}

static int
open_consumers(struct intake *in, uv_loop_t *loop)
{
	for (size_t i = 0; i < in->lane_count; i++) {
		struct lane *lane = &in->lanes[i];
		lane->consumer = consumer_new(loop, in->config,
		    &in->config->streams[i], &consumer_events, lane);
		if (lane->consumer == NULL)
			return -1;
	}
	return 0;
}

struct intake *
intake_new(uv_loop_t *loop, const struct config *config, int link,
    const struct intake_events *events, void *owner)
{
	struct intake *in = xcalloc(1, sizeof(*in));
	*in = (struct intake){ .loop = loop,
		.config = config,
		.last_line = clock_monotonic(),
		.events = events,
		.owner = owner };
	if (open_streams(in, loop) == -1)
		goto fail;
	if (link != -1) {
		in->router = local_new(loop, link, config, &local_events, in);
		in->tails = local_tail_new(loop, config);
		for (size_t i = 0; i < in->lane_count; i++)
			note_bound(&in->lanes[i]);
	} else if (open_consumers(in, loop) == -1)
		goto fail;
	return in;

fail:
	intake_free(in);
	return NULL;
}

void
intake_drain(struct intake *in)
{
	in->draining = true;
	for (size_t i = 0; i < in->lane_count; i++) {
		pace(&in->lanes[i]);
		stream_flush(in->lanes[i].stream);
	}
}

bool
intake_is_idle(const struct intake *in)
{
	for (size_t i = 0; i < in->lane_count; i++)
		if (!stream_is_idle(in->lanes[i].stream))
			return false;
	return true;
}

int64_t
intake_last_line(const struct intake *in)
{
	return in->last_line;
}

void
intake_reopen(struct intake *in)
{
	for (size_t i = 0; i < in->lane_count; i++)
		stream_reopen(in->lanes[i].stream);
}

void
intake_report(const struct intake *in)
{
	for (size_t i = 0; i < in->lane_count; i++) {
		const struct lane *lane = &in->lanes[i];
		struct stream_stats s = stream_stats(lane->stream);
		struct ledger_account a =
		    ledger_account(stream_ledger(lane->stream));
		log_info("stream %s: taken %" PRIu64 ", written %" PRIu64
			 ", filtered %" PRIu64 ", repeats %" PRIu64
			 ", unidentified %" PRIu64 ", holes %" PRIu64
			 ", refused %" PRIu64 ", write errors %" PRIu64
			 ", %zu bytes in hand",
		    stream_options(lane->stream)->name, s.taken, s.written,
		    s.dropped, s.repeats, a.unidentified, a.holes,
		    lane->consumer ? consumer_rejected(lane->consumer) : 0,
		    s.write_errors, stream_in_hand(lane->stream));
	}
}

struct intake_lane
intake_lane(const struct intake *in, size_t stream)
{
	const struct lane *lane = &in->lanes[stream];
	if (lane->consumer == NULL)
		return (struct intake_lane){ lane->stream, "", "local", 0 };
	return (struct intake_lane){ lane->stream,
		consumer_queue(lane->consumer),
		consumer_is_bound(lane->consumer) ? "up" : "connecting",
		consumer_rejected(lane->consumer) };
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	/* A broker that does not answer one goodbye gets no others. */
	int64_t until = clock_monotonic() + GOODBYE;
	for (size_t i = 0; i < in->lane_count; i++) {
		struct lane *lane = &in->lanes[i];
		if (lane->consumer != NULL && clock_monotonic() < until)
			consumer_close(lane->consumer);
		consumer_free(lane->consumer);
		stream_free(lane->stream);
	}
	local_free(in->router);
	local_tail_free(in->tails);
	free(in->lanes);
	free(in);
}
