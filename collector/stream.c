#include "collector/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "collector/commit.h"
#include "collector/format.h"
#include "collector/outputs.h"
#include "collector/path.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"
#include "filters/sieve.h"

/* One fdatasync takes milliseconds: waiting as long doubles its company. */
#define LINGER_MS 10
#define ENOUGH ((size_t)2 << 20)
#define RETRY_MS 1000

enum state {
	STATE_IDLE,
	STATE_COMMITTING,
	STATE_WAITING, /* to try the same commit again */
	STATE_ENDED,
};

/* What is committed together. */
struct batch {
	uint64_t tag; /* of its last record, dropped or not */
	uint64_t records;
	size_t bytes;
	bool is_any; /* it has a tag: maybe only dropped records */
};

struct stream {
	const struct stream_options *options;
	stream_committed *committed;
	stream_ended *ended;
	void *owner;
	struct sieve *sieve;
	struct path *path; /* NULL: standard output */
	struct sink_place place;
	struct outputs outputs;
	struct output *current; /* of the last record; NULL: look it up */
	struct ledger *ledger;
	struct commit *commit;
	uv_timer_t timer; /* linger or retry; its data: the stream */
	enum state state;
	bool is_due; /* commit as soon as the one under way is over */
	bool must_reopen;
	struct batch collecting;
	struct batch committing;
	struct commit_lists lists; /* of `committing` */
	uint64_t acknowledged; /* the highest tag that was committed */
	struct stream_stats stats;
};

/* The records of `committing` are safe. */
static void
settle(struct stream *s)
{
	struct batch done = s->committing;
	s->committing = (struct batch){ 0 };
	s->stats.written += done.records;
	s->stats.bytes_written += done.bytes;
	s->stats.commits += done.is_any;
	s->state = STATE_IDLE;
	if (!done.is_any) {
		s->committed(s->owner, s->acknowledged);
		return;
	}
	/* A repeat waits for the commit of its first copy, which came with a
	 * lower tag. */
	assert(done.tag > s->acknowledged);
	s->acknowledged = done.tag;
	FAULT("before-ack");
	s->committed(s->owner, done.tag);
	FAULT("after-ack");
}

static void
begin(struct stream *s)
{
	uint64_t now = uv_now(s->timer.loop);
	assert(s->state == STATE_IDLE);
	uv_timer_stop(&s->timer);
	s->committing = s->collecting;
	s->collecting = (struct batch){ 0 };
	s->lists.write = outputs_take(&s->outputs, now);
	s->lists.retire = outputs_retire(&s->outputs, s->must_reopen, now);
	s->lists.at_once = s->outputs.open_max;
	s->lists.close_before = s->must_reopen;
	s->lists.close_after = outputs_count(&s->outputs) > s->outputs.open_max;
	s->current = NULL;
	s->is_due = s->must_reopen = false;
	if (s->lists.write == NULL && s->lists.retire == NULL &&
	    !ledger_is_changed(s->ledger)) {
		if (s->committing.is_any)
			settle(s);
		return;
	}
	s->state = STATE_COMMITTING;
	ledger_cut(s->ledger);
	commit_start(s->commit, &s->lists);
}

static void
finish(struct stream *s)
{
	ledger_settle(s->ledger);
	outputs_return(&s->outputs, s->lists.write, s->lists.close_after);
	s->current = NULL;
	settle(s);
	/* What `committed` led to may have begun one already. */
	if (s->state == STATE_IDLE &&
	    (s->is_due || s->must_reopen || s->collecting.bytes >= ENOUGH))
		begin(s);
}

static void
on_timer(uv_timer_t *timer)
{
	struct stream *s = timer->data;
	switch (s->state) {
	case STATE_IDLE:
		begin(s);
		break;
	case STATE_COMMITTING:
		s->is_due = true;
		break;
	case STATE_WAITING:
		s->state = STATE_COMMITTING;
		commit_resume(s->commit);
		break;
	case STATE_ENDED:
		break;
	}
}

static void
on_commit(void *owner, enum sink_result result)
{
	struct stream *s = owner;
	if (result == SINK_DONE) {
		finish(s);
		return;
	}
	s->stats.write_errors++;
	/* From here on the timer is for the retry, no longer for company. */
	s->is_due = true;
	if (result == SINK_ENDED) {
		s->state = STATE_ENDED;
		uv_timer_stop(&s->timer);
		if (s->ended != NULL)
			s->ended(s->owner);
		return;
	}
	s->state = STATE_WAITING;
	uv_timer_start(&s->timer, on_timer, RETRY_MS, 0);
}

static int
open_path(struct stream *s)
{
	const char *error;
	if (s->options->type == STREAM_STDOUT)
		return 0;
	s->path = path_new(s->options->path, &error);
	if (s->path == NULL) {
		log_error("stream %s: path: \"%s\" %s", s->options->name,
		    s->options->path, error);
		return -1;
	}
	s->place.base = path_base(s->path);
	return 0;
}

struct stream *
stream_new(uv_loop_t *loop, const struct config *config,
    const struct stream_options *options, stream_committed *committed,
    void *owner)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	s->options = options;
	s->committed = committed;
	s->owner = owner;
	s->place.stream = options->name;
	s->place.sync = options->sync == SYNC_COMMIT;
	if ((s->sieve = sieve_new(config, &options->filters)) == NULL)
		goto free_stream;
	if (open_path(s) == -1)
		goto free_sieve;
	if ((s->ledger = ledger_open(loop, config, options)) == NULL)
		goto free_path;
	s->place.ledger = s->ledger;
	outputs_init(&s->outputs, (enum stream_type)options->type, &s->place,
	    config->stream_count);
	s->commit = commit_new(loop, options->name, s->ledger, on_commit, s);
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	return s;

free_path:
	path_free(s->path);
free_sieve:
	sieve_free(s->sieve);
free_stream:
	free(s);
	return NULL;
}

/* Where `r` goes. */
static struct output *
route(struct stream *s, const struct record *r)
{
	bool changed = s->path != NULL && path_update(s->path, r);
	if (changed || s->current == NULL)
		s->current = outputs_find(&s->outputs,
		    s->path != NULL ? path_name(s->path) : "stdout");
	return s->current;
}

static void
collect(struct stream *s, const struct record *r)
{
	struct buffer *out = outputs_pending(&s->outputs, route(s, r));
	size_t before = out->len;
	format_append((enum line_format)s->options->format, r, out);
	s->collecting.bytes += out->len - before;
	s->collecting.records++;
}

void
stream_take(struct stream *s, const struct record *r, uint64_t tag)
{
	assert(!s->collecting.is_any || tag >= s->collecting.tag);
	FAULT("stream-take");
	s->stats.taken++;
	if (ledger_note(s->ledger, r) == LINE_REPEAT)
		s->stats.repeats++;
	else if (sieve_pass(s->sieve, r))
		collect(s, r);
	else
		s->stats.dropped++;
	s->collecting.tag = tag;
	if (!s->collecting.is_any) {
		s->collecting.is_any = true;
		if (s->state == STATE_IDLE || s->state == STATE_COMMITTING)
			uv_timer_start(&s->timer, on_timer, LINGER_MS, 0);
	}
	if (s->collecting.bytes >= ENOUGH && s->state == STATE_IDLE)
		begin(s);
}

size_t
stream_in_hand(const struct stream *s)
{
	return s->collecting.bytes + s->committing.bytes;
}

void
stream_flush(struct stream *s)
{
	s->is_due = true;
	/* By the timer, so that `committed` never comes from in here. */
	if (s->state == STATE_IDLE || s->state == STATE_WAITING)
		uv_timer_start(&s->timer, on_timer, 0, 0);
}

bool
stream_is_idle(const struct stream *s)
{
	return s->state == STATE_IDLE && !s->collecting.is_any &&
	    !ledger_is_changed(s->ledger);
}

void
stream_reopen(struct stream *s)
{
	s->must_reopen = true;
	stream_flush(s);
}

void
stream_on_end(struct stream *s, stream_ended *ended)
{
	s->ended = ended;
}

const struct stream_options *
stream_options(const struct stream *s)
{
	return s->options;
}

struct stream_stats
stream_stats(const struct stream *s)
{
	assert(s->stats.taken ==
	    s->stats.written + s->stats.dropped + s->stats.repeats +
		s->collecting.records + s->committing.records);
	return s->stats;
}

struct ledger *
stream_ledger(const struct stream *s)
{
	return s->ledger;
}

static void
on_closed(uv_handle_t *timer)
{
	free(timer->data);
}

void
stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	commit_free(s->commit);
	outputs_clear(&s->outputs);
	ledger_close(s->ledger);
	path_free(s->path);
	sieve_free(s->sieve);
	uv_close((uv_handle_t *)&s->timer, on_closed);
}
