#include "agent/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/checkpoint_rows.h"
#include "config/fingerprint.h"
#include "core/fault.h"
#include "core/host.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/xalloc.h"

struct checkpoint {
	uv_loop_t *loop;
	uv_work_t work;
	uv_timer_t every_second;
	const struct config *config;
	char *path;
	struct checkpoint_rows *file;
	struct writer writer; /* we */
	struct source *sources;
	struct source_rows rows; /* on their way: the work item's */
	int lock;
	int result; /* of the save under way */
	bool damaged;
	bool saving;
	bool again; /* save once more behind it */
	bool failing; /* and said */
	checkpoint_recorded *recorded;
	void *owner;
};

static void
finish_save(struct checkpoint *c)
{
	bool saved = c->result == 0;
	c->saving = false;
	if (!saved && !c->failing)
		log_warnx("checkpoint: not saved; shipping goes on, trying "
			  "again every second");
	else if (saved && c->failing)
		log_info("checkpoint: saved again");
	c->failing = !saved;
	if (source_rows_account(&c->rows, &c->sources, saved))
		c->recorded(c->owner);
}

/* In the work item: nothing but the file and the rows is touched. */
static void
on_work(uv_work_t *work)
{
	struct checkpoint *c = work->data;
	FAULT("checkpoint-write");
	c->result = checkpoint_rows_write(c->file, &c->rows, NULL);
	FAULT("checkpoint-written");
}

static void
on_worked(uv_work_t *work, int status)
{
	struct checkpoint *c = work->data;
	(void)status;
	finish_save(c);
	if (c->again && !c->failing)
		checkpoint_save(c, false);
}

void
checkpoint_save(struct checkpoint *c, bool urgent)
{
	if (c->saving || c->file == NULL) {
		c->again |= urgent;
		return;
	}
	c->again = false;
	source_rows_take(&c->rows, c->sources);
	if (c->rows.count == 0) {
		source_rows_account(&c->rows, &c->sources, true);
		return;
	}
	c->saving = true;
	uv_queue_work(c->loop, &c->work, on_work, on_worked);
}

/* Open the file, which nobody else may have. */
static int
open_file(struct checkpoint *c)
{
	c->lock = lock_directory(c->config->weir.state, "agent.lock");
	if (c->lock == -1)
		return -1;
	c->file = checkpoint_rows_open(c->path);
	if (c->file != NULL)
		return 0;
	close(c->lock);
	return -1;
}

static void
close_file(struct checkpoint *c)
{
	if (c->file == NULL)
		return;
	checkpoint_rows_close(c->file);
	close(c->lock);
	c->file = NULL;
}

/*
 * The file was removed while in use: all of it is in memory still.  Until a
 * new one can be had nothing is saved, and new sources wait.
 */
static void
replace_file(struct checkpoint *c)
{
	static const struct source_rows none;
	if (c->file != NULL)
		log_warnx(
		    "%s: removed while in use, writing it again", c->path);
	close_file(c);
	for (struct source *s = c->sources; s != NULL; s = s->next)
		source_save_all(s);
	if (open_file(c) == 0)
		checkpoint_rows_write(c->file, &none, &c->writer);
}

static void
on_second(uv_timer_t *timer)
{
	struct checkpoint *c = timer->data;
	if (!c->saving &&
	    (c->file == NULL || checkpoint_rows_are_gone(c->file)))
		replace_file(c);
	checkpoint_save(c, false);
}

/* What the last writer left, as we may use it. */
static void
judge(struct checkpoint *c, const struct writer *last)
{
	bool is_ours = strcmp(last->machine, c->writer.machine) == 0 &&
	    strcmp(last->user, c->writer.user) == 0;
	bool same_boot = strcmp(last->boot, c->writer.boot) == 0;
	if (c->sources != NULL && (!is_ours || (last->running && !same_boot)))
		log_info("checkpoint: written %s: sources go on under new ids",
		    is_ours ? "before a crash of this host"
			    : "by another host, or another user of the broker");
	for (struct source *s = c->sources; s != NULL; s = s->next) {
		enum source_state was = s->state;
		if (last->running && s->state == SOURCE_SETTLED)
			s->state = SOURCE_OPEN;
		if (!is_ours || (s->state == SOURCE_OPEN && !same_boot))
			s->state = SOURCE_STALE;
		s->changed |= s->state != was;
	}
}

static int
load(struct checkpoint *c, const char *user)
{
	struct writer last;
	host_boot_id(c->writer.boot);
	host_machine_id(c->writer.machine);
	snprintf(c->writer.user, sizeof(c->writer.user), "%s", user);
	c->writer.running = true;
	if (checkpoint_rows_writer(c->file, &last) == -1 ||
	    checkpoint_rows_load(c->file, &c->sources) == -1)
		return -1;
	c->damaged = checkpoint_rows_were_damaged(c->file);
	if (c->damaged)
		log_warnx("checkpoint: damaged: files that are not in it any "
			  "more are read again, lines will repeat");
	else if (checkpoint_rows_are_new(c->file))
		log_warnx("checkpoint: there is none in %s: files are read as "
			  "`start` says; what an agent with a lost one sent "
			  "before will repeat",
		    c->config->weir.state);
	judge(c, &last);
	source_rows_take(&c->rows, c->sources);
	int result = checkpoint_rows_write(c->file, &c->rows, &c->writer);
	source_rows_account(&c->rows, &c->sources, result == 0);
	return result;
}

static void
checkpoint_free(struct checkpoint *c)
{
	while (c->sources != NULL) {
		struct source *s = c->sources;
		c->sources = s->next;
		source_free(s);
	}
	close_file(c);
	free(c->path);
	free(c);
}

struct checkpoint *
checkpoint_open(uv_loop_t *loop, const struct config *config, const char *user,
    checkpoint_recorded *recorded, void *owner)
{
	struct checkpoint *c = xcalloc(1, sizeof(*c));
	*c = (struct checkpoint){ .loop = loop,
		.config = config,
		.path = xasprintf("%s/checkpoint.db", config->weir.state),
		.recorded = recorded,
		.owner = owner };
	if (open_file(c) == -1)
		goto fail;
	if (load(c, user) == -1)
		goto fail;
	c->work.data = c->every_second.data = c;
	uv_timer_init(loop, &c->every_second);
	uv_timer_start(&c->every_second, on_second, 1000, 1000);
	return c;

fail:
	checkpoint_free(c);
	return NULL;
}

/* The same bytes from `safe` on, as a source of their own. */
static struct source *
renew(
    struct checkpoint *c, const struct input_options *input, struct source *old)
{
	struct source *s = source_new(input->name, &old->identity, old->path);
	s->safe = s->reached = old->safe;
	s->start = old->safe.offset;
	old->discarded = old->changed = true;
	checkpoint_add(c, input, s);
	return s;
}

static bool
is_of_another_input(const struct checkpoint *c, const struct source *s,
    const struct input_options *input)
{
	static const struct identity none;
	if (strcmp(s->input, input->name) == 0)
		return false;
	/* A spool goes by its input's name, and by nothing else. */
	if (memcmp(&s->identity, &none, sizeof(none)) == 0)
		return true;
	for (size_t i = 0; i < c->config->input_count; i++)
		if (strcmp(s->input, c->config->inputs[i].name) == 0)
			return true;
	return false; /* it was renamed, say */
}

static struct source *
find(struct checkpoint *c, const struct input_options *input,
    const struct identity *id)
{
	for (struct source *s = c->sources; s != NULL; s = s->next)
		if (!s->attached && !s->discarded &&
		    memcmp(&s->identity, id, sizeof(*id)) == 0 &&
		    !is_of_another_input(c, s, input))
			return s;
	return NULL;
}

struct source *
checkpoint_find(struct checkpoint *c, const struct input_options *input,
    const struct identity *id)
{
	struct source *s = find(c, input, id);
	if (s == NULL)
		return NULL;
	uint64_t setup = config_fingerprint(c->config, input);
	if (s->state == SOURCE_STALE ||
	    (s->state == SOURCE_OPEN && s->setup != setup))
		return renew(c, input, s);
	s->changed = true;
	if (s->setup != setup) {
		/* Before a line is published that another cut or keyed. */
		s->setup = setup;
		s->since = s->safe.offset;
		s->recorded = false;
		checkpoint_save(c, true);
	}
	if (strcmp(s->input, input->name) != 0) {
		free(s->input);
		s->input = xstrdup(input->name);
	}
	return s;
}

struct source *
checkpoint_first(struct checkpoint *c)
{
	return c->sources;
}

bool
checkpoint_was_damaged(const struct checkpoint *c)
{
	return c->damaged;
}

void
checkpoint_add(
    struct checkpoint *c, const struct input_options *input, struct source *s)
{
	s->setup = config_fingerprint(c->config, input);
	s->next = c->sources;
	c->sources = s;
	checkpoint_save(c, true);
}

static void
on_closed(uv_handle_t *handle)
{
	checkpoint_free(handle->data);
}

/* Were all lines read that may have been published of it? */
static void
note_state(struct source *s)
{
	enum source_state was = s->state;
	if (!source_is_settled(s))
		s->state = SOURCE_OPEN;
	else if (s->read_up)
		s->state = SOURCE_SETTLED;
	s->changed |= s->state != was;
}

void
checkpoint_close(struct checkpoint *c)
{
	if (c == NULL)
		return;
	while (c->saving)
		uv_run(c->loop, UV_RUN_ONCE);
	for (struct source *s = c->sources; s != NULL; s = s->next)
		note_state(s);
	source_rows_take(&c->rows, c->sources);
	c->writer.running = false;
	bool saved = c->file != NULL &&
	    checkpoint_rows_write(c->file, &c->rows, &c->writer) == 0;
	if (!saved)
		log_warnx("checkpoint: not saved at the end: lines may "
			  "repeat");
	source_rows_account(&c->rows, &c->sources, saved);
	uv_close((uv_handle_t *)&c->every_second, on_closed);
}
