#include "collector/commit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

struct commit {
	uv_work_t work; /* its data: the commit */
	uv_sem_t over; /* the thread is through with the work */
	uv_loop_t *loop;
	const char *stream;
	struct ledger *ledger;
	commit_done *done;
	void *owner; /* NULL: gone */
	bool is_queued; /* `work` is the loop's */
	struct commit_lists lists;
	struct output *next; /* of the group to write */
	bool is_fresh; /* nothing was done yet */
	enum sink_result result;
	struct sink_failure said; /* empty: all is well */
};

struct commit *
commit_new(uv_loop_t *loop, const char *stream, struct ledger *ledger,
    commit_done *done, void *owner)
{
	struct commit *c = xcalloc(1, sizeof(*c));
	c->work.data = c;
	uv_sem_init(&c->over, 0);
	c->loop = loop;
	c->stream = stream;
	c->ledger = ledger;
	c->done = done;
	c->owner = owner;
	return c;
}

static void
commit_destroy(struct commit *c)
{
	uv_sem_destroy(&c->over);
	free(c);
}

/* Say what changed. */
static void
report(struct commit *c, const struct sink_failure *failure)
{
	if (strcmp(failure->why, c->said.why) == 0)
		return;
	if (c->result == SINK_DONE)
		log_info("stream %s: writing again", c->stream);
	else if (c->result == SINK_ENDED)
		log_warnx("stream %s: %s", c->stream, failure->why);
	else
		log_warnx("stream %s: %s; waiting", c->stream, failure->why);
	c->said = *failure;
}

/* Files that are open at once, of those to be written. */
static size_t
measure_group(const struct output *first, size_t at_once)
{
	size_t count = 0;
	for (; first != NULL && count < at_once; first = first->next)
		count++;
	return count;
}

/* What the commit was resumed for may have been written before. */
static bool
is_written(const struct output *output)
{
	return output->writing.len == 0;
}

static enum sink_result
prepare(struct output *it, size_t count, struct sink_failure *failure)
{
	enum sink_result result = SINK_DONE;
	FAULT("commit-open");
	for (; count > 0 && result == SINK_DONE; it = it->next, count--)
		if (!is_written(it))
			result = sink_prepare(it->sink, failure);
	return result;
}

static enum sink_result
write_group(struct commit *c, struct sink_failure *failure)
{
	size_t count = measure_group(c->next, c->lists.at_once);
	enum sink_result result = prepare(c->next, count, failure);
	if (result != SINK_DONE)
		return result;
	if (ledger_record(c->ledger, c->next, count) == -1)
		return sink_failx(failure, "the ledger cannot be written");
	struct output *it = c->next;
	for (; count > 0; it = it->next, count--) {
		if (!is_written(it))
			result = sink_write(it->sink, &it->writing, failure);
		if (result != SINK_DONE)
			return result;
		assert(is_written(it));
		if (c->lists.close_after)
			sink_close(it->sink);
	}
	c->next = it;
	return SINK_DONE;
}

/* One by one they are opened again, by name. */
static void
close_all(struct output *it)
{
	for (; it != NULL; it = it->next)
		sink_close(it->sink);
}

static enum sink_result
write_all(struct commit *c, struct sink_failure *failure)
{
	enum sink_result result = SINK_DONE;
	outputs_discard(c->lists.retire);
	c->lists.retire = NULL;
	if (c->is_fresh && (c->lists.close_before || c->lists.close_after))
		close_all(c->lists.write);
	c->is_fresh = false;
	while (c->next != NULL && result == SINK_DONE)
		result = write_group(c, failure);
	if (result != SINK_DONE)
		return result;
	if (ledger_commit(c->ledger, c->lists.write) == -1)
		return sink_failx(failure, "the ledger cannot be written");
	return SINK_DONE;
}

static void
run(uv_work_t *work)
{
	struct commit *c = work->data;
	struct sink_failure failure = { .why = "" };
	c->result = write_all(c, &failure);
	if (c->result != SINK_AGAIN)
		report(c, &failure);
	uv_sem_post(&c->over);
}

static void
after(uv_work_t *work, int status)
{
	struct commit *c = work->data;
	if (c->owner == NULL) {
		commit_destroy(c);
		return;
	}
	assert(status == 0);
	uv_sem_wait(&c->over);
	c->is_queued = false;
	if (c->result == SINK_AGAIN)
		commit_resume(c);
	else
		c->done(c->owner, c->result);
}

void
commit_start(struct commit *c, const struct commit_lists *lists)
{
	assert(c->next == NULL);
	c->lists = *lists;
	c->next = lists->write;
	c->is_fresh = true;
	commit_resume(c);
}

void
commit_resume(struct commit *c)
{
	assert(!c->is_queued);
	c->is_queued = true;
	int result = uv_queue_work(c->loop, &c->work, run, after);
	assert(result == 0);
}

void
commit_free(struct commit *c)
{
	if (c == NULL)
		return;
	c->owner = NULL;
	if (c->is_queued && uv_cancel((uv_req_t *)&c->work) != 0)
		uv_sem_wait(&c->over);
	outputs_discard(c->lists.retire);
	c->lists.retire = NULL;
	if (!c->is_queued)
		commit_destroy(c);
}
