#include "broker/session.h"

#include <amqp_framing.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "broker/login.h"
#include "core/clock.h"
#include "core/xalloc.h"

/* Frames in one turn of the loop, so that timers and peers get theirs. */
#define FRAMES_PER_TURN 1000

struct session {
	uv_poll_t poll;
	uv_timer_t beat;
	uv_idle_t turn; /* once more round: flush, and go on reading */
	int watched; /* what `poll` waits for */
	int handles;
	amqp_connection_state_t amqp;
	int fd;
	struct output output;
	int64_t heartbeat;
	int64_t last_in; /* when the broker last sent anything */
	bool beaten; /* something went out since the last beat */
	bool blocked;
	bool paused;
	bool kept; /* the owner refers to the last frame's memory */
	bool failed;
	bool ended;
	struct trouble trouble;
	const struct session_events *events;
	void *owner;
};

static void on_ready(uv_poll_t *poll, int status, int events);
static void on_turn(uv_idle_t *turn);

static void
watch(struct session *s)
{
	int events = 0;
	if (!s->paused)
		events |= UV_READABLE;
	if (output_waiting(&s->output) > 0)
		events |= UV_WRITABLE;
	if (s->failed)
		events = 0;
	/* Each start costs an epoll_ctl, also when nothing changes. */
	if (events == s->watched)
		return;
	s->watched = events;
	if (events == 0)
		uv_poll_stop(&s->poll);
	else
		uv_poll_start(&s->poll, events, on_ready);
}

void
session_fail(struct session *s, const struct trouble *t)
{
	if (s->failed)
		return;
	s->failed = true;
	s->trouble = *t;
	watch(s);
	uv_idle_start(&s->turn, on_turn);
}

static void
fail(struct session *s, const char *what)
{
	struct trouble t = { .hopeless = false };
	snprintf(t.text, sizeof(t.text), "%s", what);
	session_fail(s, &t);
}

/* libuv reports any trouble of a polled socket as EBADF; the socket itself
 * knows better, once. */
static void
fail_socket(struct session *s)
{
	int error = 0;
	socklen_t size = sizeof(error);
	getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	fail(s, error != 0 ? strerror(error) : "connection lost");
}

static void
flush(struct session *s)
{
	if (output_waiting(&s->output) == 0)
		return;
	s->beaten = true;
	int all = output_flush(&s->output, s->fd);
	if (all == -1)
		fail(s, strerror(errno));
	watch(s);
	if (all == 1 && s->events->room != NULL && !s->failed)
		s->events->room(s->owner);
}

static void
set_blocked(struct session *s, const amqp_connection_blocked_t *blocked)
{
	char reason[128] = "no reason given";
	if (blocked != NULL && blocked->reason.len > 0)
		snprintf(reason, sizeof(reason), "%.*s",
		    (int)blocked->reason.len,
		    (const char *)blocked->reason.bytes);
	s->blocked = blocked != NULL;
	s->events->blocked(s->owner, blocked != NULL ? reason : NULL);
}

/* Methods that concern the connection, or end a channel, are ours. */
static bool
take_frame(struct session *s, const amqp_frame_t *f)
{
	struct trouble t;
	if (f->frame_type != AMQP_FRAME_METHOD)
		return s->events->frame(s->owner, f);
	switch (f->payload.method.id) {
	case AMQP_CONNECTION_BLOCKED_METHOD:
		set_blocked(s, f->payload.method.decoded);
		return false;
	case AMQP_CONNECTION_UNBLOCKED_METHOD:
		set_blocked(s, NULL);
		return false;
	case AMQP_CONNECTION_CLOSE_METHOD:
	case AMQP_CHANNEL_CLOSE_METHOD:
		reply_read_close(&f->payload.method, &t);
		session_fail(s, &t);
		return false;
	default:
		return s->events->frame(s->owner, f);
	}
}

static void
read_frames(struct session *s)
{
	static const struct timeval at_once = { 0, 0 };
	amqp_frame_t frame;
	for (int n = 0; n < FRAMES_PER_TURN; n++) {
		if (s->paused || s->failed || s->ended)
			return;
		if (!s->kept)
			amqp_maybe_release_buffers(s->amqp);
		int status =
		    amqp_simple_wait_frame_noblock(s->amqp, &frame, &at_once);
		if (status == AMQP_STATUS_TIMEOUT)
			return;
		if (status == AMQP_STATUS_SOCKET_ERROR) {
			fail_socket(s);
			return;
		}
		if (status != AMQP_STATUS_OK) {
			fail(s, amqp_error_string2(status));
			return;
		}
		s->kept = take_frame(s, &frame);
	}
	uv_idle_start(&s->turn, on_turn);
}

static void
on_turn(uv_idle_t *turn)
{
	struct session *s = turn->data;
	uv_idle_stop(turn);
	if (!s->failed) {
		flush(s);
		read_frames(s);
	}
	if (s->failed && !s->ended) {
		s->ended = true;
		uv_timer_stop(&s->beat);
		s->events->ended(s->owner, &s->trouble);
	}
}

static void
on_ready(uv_poll_t *poll, int status, int events)
{
	struct session *s = poll->data;
	if (status < 0) {
		fail_socket(s);
		return;
	}
	/* Reading comes first: what the broker said before it went away is a
	 * better reason than a send that failed. */
	if (events & UV_READABLE) {
		/* Any byte is a sign of life.  It is noted here, since the
		 * library keeps heartbeat frames to itself. */
		s->last_in = clock_monotonic();
		read_frames(s);
	}
	if ((events & UV_WRITABLE) && !s->failed)
		flush(s);
}

/* Every half heartbeat, as RabbitMQ's guide has it: two may get lost. */
static void
on_beat(uv_timer_t *beat)
{
	struct session *s = beat->data;
	int64_t silent = clock_monotonic() - s->last_in;
	if (s->paused)
		s->last_in = clock_monotonic();
	else if (silent > 2 * s->heartbeat) {
		struct trouble t = { .hopeless = false };
		snprintf(t.text, sizeof(t.text),
		    "no sign of life from the broker for %d s",
		    (int)(silent / NS_PER_SECOND));
		session_fail(s, &t);
		return;
	}
	/* What is stuck in the buffer has beats enough behind it. */
	if (!s->beaten && output_waiting(&s->output) == 0)
		output_heartbeat(&s->output);
	s->beaten = false;
	flush(s);
}

struct session *
session_new(uv_loop_t *loop, amqp_connection_state_t amqp, int64_t heartbeat,
    const struct session_events *events, void *owner)
{
	struct session *s = xcalloc(1, sizeof(*s));
	*s = (struct session){ .amqp = amqp,
		.fd = amqp_get_sockfd(amqp),
		.output.frame_max = (size_t)amqp_get_frame_max(amqp),
		.heartbeat = heartbeat,
		.last_in = clock_monotonic(),
		.handles = 3,
		.events = events,
		.owner = owner };
	s->poll.data = s->beat.data = s->turn.data = s;
	uv_idle_init(loop, &s->turn);
	uv_timer_init(loop, &s->beat);
	int error = uv_poll_init(loop, &s->poll, s->fd);
	assert(error == 0); /* a socket can be polled */
	if (heartbeat > 0)
		uv_timer_start(&s->beat, on_beat,
		    (uint64_t)(heartbeat / 2 / NS_PER_MS),
		    (uint64_t)(heartbeat / 2 / NS_PER_MS));
	watch(s);
	/* The set-up may have left frames in the library's hands. */
	uv_idle_start(&s->turn, on_turn);
	return s;
}

struct output *
session_output(struct session *s)
{
	uv_idle_start(&s->turn, on_turn);
	return &s->output;
}

size_t
session_waiting(const struct session *s)
{
	return output_waiting(&s->output);
}

bool
session_is_blocked(const struct session *s)
{
	return s->blocked;
}

void
session_pause(struct session *s, bool paused)
{
	if (s->paused == paused || s->failed)
		return;
	s->paused = paused;
	watch(s);
	if (!paused)
		uv_idle_start(&s->turn, on_turn);
}

void
session_close(struct session *s)
{
	struct timeval second = { 1, 0 };
	if (s->failed || s->blocked || output_flush(&s->output, s->fd) != 1)
		return;
	amqp_set_rpc_timeout(s->amqp, &second);
	amqp_connection_close(s->amqp, AMQP_REPLY_SUCCESS);
}

static void
on_closed(uv_handle_t *handle)
{
	struct session *s = handle->data;
	if (--s->handles > 0)
		return;
	amqp_destroy_connection(s->amqp);
	output_clear(&s->output);
	free(s);
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	s->failed = s->ended = true;
	uv_close((uv_handle_t *)&s->poll, on_closed);
	uv_close((uv_handle_t *)&s->beat, on_closed);
	uv_close((uv_handle_t *)&s->turn, on_closed);
}
