/*
 * One logged-in connection to the broker, until it ends: takes frames in,
 * lets frames out through one buffer, keeps the heartbeat both ways, and
 * notices when the broker is silent or says that it is blocked.
 *
 * Invariant: after the handshake nothing but this writes to the socket, and
 * nothing here waits for it.
 */
#ifndef BROKER_SESSION_H
#define BROKER_SESSION_H

#include <amqp.h>
#include <uv.h>

#include "broker/output.h"
#include "broker/reply.h"

struct session;

struct session_events {
	/*
	 * A frame on the channel; connection methods are dealt with here.
	 * Returns true while something still refers to memory of this frame,
	 * which is then kept until the next one.
	 */
	bool (*frame)(void *owner, const amqp_frame_t *frame);
	/* The broker takes no messages, and why; NULL: it does again. */
	void (*blocked)(void *owner, const char *reason);
	/* What was waiting is out.  May be NULL. */
	void (*room)(void *owner);
	/* It is over, and why.  The last event; the owner calls _free. */
	void (*ended)(void *owner, const struct trouble *t);
};

/* Takes over `amqp`.  `heartbeat` in ns, 0 for none. */
struct session *session_new(uv_loop_t *loop, amqp_connection_state_t amqp,
    int64_t heartbeat, const struct session_events *events, void *owner);

/*
 * The buffer to lay frames in; they go out when the loop turns.  Stop
 * adding when session_waiting says that enough is there; `room` will come.
 */
struct output *session_output(struct session *s);

/* Bytes laid in the buffer that have not gone out. */
size_t session_waiting(const struct session *s);

bool session_is_blocked(const struct session *s);

/* Stop reading frames (heartbeats go on), or go on. */
void session_pause(struct session *s, bool paused);

/* End it from our side; `ended` comes from the loop. */
void session_fail(struct session *s, const struct trouble *t);

/*
 * Say goodbye properly, waiting a second at most for the answer, where that
 * can work: nothing half-sent, not blocked.  session_free must follow.
 */
void session_close(struct session *s);

/* No event comes afterwards.  May be called from an event. */
void session_free(struct session *s);

#endif
