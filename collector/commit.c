#include "collector/commit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/xalloc.h"

struct commit {
	uv_work_t work; /* its data: the commit */
	uv_sem_t over; /* the thread is through with the work */
	uv_loop_t *loop;
	const char *stream;
	commit_done *done;
	void *owner; /* NULL: gone */
	bool is_queued; /* `work` is the loop's */
	struct commit_lists lists;
	struct output *next; /* to write */
	enum sink_result result;
	struct sink_failure said; /* empty: all is well */
};

struct commit *
commit_new(uv_loop_t *loop, const char *stream, commit_done *done, void *owner)
{
	struct commit *c = xcalloc(1, sizeof(*c));
	c->work.data = c;
	uv_sem_init(&c->over, 0);
	c->loop = loop;
	c->stream = stream;
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

static enum sink_result
write_next(struct commit *c, struct sink_failure *failure)
{
	struct output *output = c->next;
	if (c->lists.close_before)
		sink_close(output->sink);
	enum sink_result result =
	    sink_write(output->sink, &output->writing, failure);
	if (result != SINK_DONE)
		return result;
	assert(output->writing.len == 0);
	if (c->lists.close_after)
		sink_close(output->sink);
	c->next = output->next;
	return SINK_DONE;
}

static void
run(uv_work_t *work)
{
	struct commit *c = work->data;
	struct sink_failure failure = { .why = "" };
	outputs_discard(c->lists.retire);
	c->lists.retire = NULL;
	c->result = SINK_DONE;
	while (c->next != NULL && c->result == SINK_DONE)
		c->result = write_next(c, &failure);
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
