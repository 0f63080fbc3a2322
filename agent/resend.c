#include "agent/resend.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/reread.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

enum phase {
	PHASE_LOOK, /* is it what was published? */
	PHASE_SEND,
	PHASE_CONFIRM, /* by the broker */
};

struct job {
	struct rpc_call *call;
	char source[RANDOM_ID_LEN + 1];
	char *key;
	char *queue;
	uint64_t from, to;
	enum phase phase;
	struct reread *reread; /* NULL: not begun */
	uint64_t lines;
	struct job *next;
};

struct resend {
	const struct config *config;
	struct checkpoint *checkpoint;
	struct rpc_service *service;
	uv_idle_t turn; /* runs while the first job has something to do */
	struct job *jobs;
};

static void on_turn(uv_idle_t *turn);

static void
free_job(struct job *job)
{
	reread_close(job->reread);
	free(job->key);
	free(job->queue);
	free(job);
}

/* The answer to the first job; the next one begins. */
static void
finish(struct resend *r, struct json *answer)
{
	struct job *job = r->jobs;
	r->jobs = job->next;
	rpc_call_answer(job->call, answer, true);
	free_job(job);
	if (r->jobs != NULL)
		uv_idle_start(&r->turn, on_turn);
	else
		uv_idle_stop(&r->turn);
}

static void
finish_text(struct resend *r, const char *key, const char *text)
{
	struct json *answer = json_new();
	json_set_text(answer, key, str_from(text));
	finish(r, answer);
}

static struct source *
find_source(const struct resend *r, const char *id)
{
	struct source *s = checkpoint_first(r->checkpoint);
	while (s != NULL && strcmp(s->id, id) != 0)
		s = s->next;
	return s;
}

static const char under_way[] = "it is under way: not all of it is confirmed";

/* What is gone is never confirmed: that is looked at first.  Its file may have
 * been compressed. */
static void
begin_reading(struct resend *r, struct job *job, const struct source *source)
{
	struct reread_range range = { str_from(job->key), job->from, job->to };
	const char *why;
	bool for_now;
	job->reread = reread_open(r->config, source, &range, &why, &for_now);
	if (job->reread == NULL)
		finish_text(r, for_now ? "error" : "gone", why);
	else if (job->to > source->safe.offset)
		finish_text(r, "error", under_way);
}

static void
begin(struct resend *r, struct job *job)
{
	const struct source *source = find_source(r, job->source);
	if (source == NULL) {
		struct json *answer = json_new();
		json_set_true(answer, "unknown");
		finish(r, answer);
	} else if (source->gone && source_is_settled(source) &&
	    job->to > source->safe.offset)
		finish_text(r, "gone",
		    "its file is gone, or holds other bytes, or is read under "
		    "another id");
	else if (rpc_service_parent(r->service) == NULL)
		finish_text(r, "error",
		    "there is no broker to publish to, or [broker] rpc = no");
	else if (source->attached && job->to > source->safe.offset)
		finish_text(r, "error", under_way);
	else if (job->from < source->since)
		finish_text(r, "gone",
		    "another configuration cut it, or gave it its key");
	else
		begin_reading(r, job, source);
}

static void
on_line(void *owner, const struct record *record)
{
	struct resend *r = owner;
	struct job *job = r->jobs;
	job->lines++;
	if (job->phase != PHASE_SEND)
		return;
	FAULT("resend-publish");
	rpc_parent_publish(rpc_service_parent(r->service), job->queue, record);
}

static void
end_phase(struct resend *r, struct job *job)
{
	struct rpc_parent *parent = rpc_service_parent(r->service);
	if (job->phase == PHASE_LOOK) {
		log_info("resend: %" PRIu64 " lines of source %s, %" PRIu64
			 "-%" PRIu64 ", to queue %s",
		    job->lines, job->source, job->from, job->to, job->queue);
		job->phase = PHASE_SEND;
		job->lines = 0;
		reread_rewind(job->reread);
	} else if (rpc_parent_flush(parent)) {
		job->phase = PHASE_CONFIRM;
		uv_idle_stop(&r->turn);
	} else
		finish_text(r, "error", "the connection was lost");
}

static void
on_turn(uv_idle_t *turn)
{
	struct resend *r = turn->data;
	struct job *job = r->jobs;
	const char *why;
	if (job->reread == NULL) {
		begin(r, job);
		return;
	}
	struct pair *pair = rpc_parent_pair(rpc_service_parent(r->service));
	if (pair != NULL && !pair_has_room(pair)) {
		uv_idle_stop(turn); /* resend_room goes on */
		return;
	}
	int more = reread_turn(job->reread, on_line, r, &why);
	if (more == 0)
		end_phase(r, job);
	else if (more == -1)
		finish_text(r, "gone", why);
}

void
resend_room(struct resend *r)
{
	if (r->jobs != NULL && r->jobs->phase != PHASE_CONFIRM)
		uv_idle_start(&r->turn, on_turn);
}

void
resend_flushed(struct resend *r, const struct rpc_flushed *flushed)
{
	struct job *job = r->jobs;
	if (job == NULL || job->phase != PHASE_CONFIRM)
		return;
	if (flushed->returned > 0)
		finish_text(r, "error", "there is no such queue");
	else if (flushed->confirmed < job->lines)
		finish_text(r, "error", "the broker did not confirm all of it");
	else {
		struct json *answer = json_new();
		json_set_integer(answer, "sent", (int64_t)job->lines);
		finish(r, answer);
	}
}

/* 0 if the member is there and is a text of at most `most` bytes, none of
 * them NUL. */
static int
take_text(const struct json *question, const char *key, size_t most, char **out)
{
	struct str text;
	if (!json_get_text(question, key, &text) || text.len > most ||
	    memchr(text.data, '\0', text.len) != NULL)
		return -1;
	*out = str_copy(text);
	return 0;
}

/*
 * A queue for lines: a named one, or one of a stream without a name.  Other
 * names of the broker's are short-cuts to whoever is connected.
 */
static bool
may_send_to(const char *queue)
{
	return queue[0] != '\0' &&
	    (strncmp(queue, "amq.", 4) != 0 ||
		strncmp(queue, "amq.gen-", 8) == 0);
}

static int
take_job(struct job *job, const struct json *question)
{
	char *source = NULL;
	int64_t from, to;
	if (take_text(question, "source", RANDOM_ID_LEN, &source) == -1)
		return -1;
	memcpy(job->source, source, strlen(source) + 1);
	free(source);
	if (take_text(question, "key", 255, &job->key) == -1 ||
	    take_text(question, "queue", 255, &job->queue) == -1 ||
	    !may_send_to(job->queue) ||
	    !json_get_integer(question, "from", &from) ||
	    !json_get_integer(question, "to", &to) || from < 0 || to <= from)
		return -1;
	job->from = (uint64_t)from;
	job->to = (uint64_t)to;
	return 0;
}

void
resend_take(struct resend *r, struct rpc_service *service,
    struct rpc_call *call, const struct json *question)
{
	struct job *job = xcalloc(1, sizeof(*job));
	struct job **link = &r->jobs;
	r->service = service;
	job->call = call;
	if (take_job(job, question) == -1) {
		rpc_call_fail(call,
		    "resend wants source, key, from, to and the queue of a "
		    "stream");
		free_job(job);
		return;
	}
	while (*link != NULL)
		link = &(*link)->next;
	*link = job;
	if (r->jobs == job)
		uv_idle_start(&r->turn, on_turn);
}

struct resend *
resend_new(
    uv_loop_t *loop, const struct config *config, struct checkpoint *checkpoint)
{
	struct resend *r = xcalloc(1, sizeof(*r));
	r->config = config;
	r->checkpoint = checkpoint;
	r->turn.data = r;
	uv_idle_init(loop, &r->turn);
	return r;
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
resend_free(struct resend *r)
{
	if (r == NULL)
		return;
	while (r->jobs != NULL) {
		struct job *job = r->jobs;
		r->jobs = job->next;
		free_job(job);
	}
	uv_close((uv_handle_t *)&r->turn, on_closed);
}
