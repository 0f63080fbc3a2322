#include "agent/checkpoint_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/aging.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/host.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/xalloc.h"

/* Longer pauses, of a host that slept, are not activity. */
#define PAUSE_MAX (60 * NS_PER_SECOND)
/* Of activity, between two looks at what nobody reads. */
#define LOOK_EVERY (60 * NS_PER_SECOND)

static uint32_t
activity_of(const struct checkpoint *c)
{
	return (uint32_t)(c->activity / NS_PER_SECOND);
}

static void
count_activity(struct checkpoint *c)
{
	int64_t now = clock_monotonic(), pause = now - c->counted;
	c->counted = now;
	c->activity += pause < PAUSE_MAX ? pause : PAUSE_MAX;
}

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
	source_rows_take(&c->rows, c->sources, activity_of(c));
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

/* What nobody reads does not stay for ever. */
static void
look(struct checkpoint *c)
{
	c->looked = c->activity;
	size_t forgotten = aging_look(c->sources, activity_of(c));
	if (forgotten > 0)
		log_warnx("checkpoint: too many files are gone: forgetting "
			  "where %zu of the oldest end, which weir verify "
			  "compares",
		    forgotten);
}

static void
on_second(uv_timer_t *timer)
{
	struct checkpoint *c = timer->data;
	count_activity(c);
	if (c->activity - c->looked >= LOOK_EVERY)
		look(c);
	if (!c->saving &&
	    (c->file == NULL || checkpoint_rows_are_gone(c->file)))
		replace_file(c);
	checkpoint_save(c, false);
}

/* What the last writer left, as we may use it. */
static void
judge(struct checkpoint *c, const struct writer *last)
{
	c->moved = strcmp(last->machine, c->writer.machine) != 0;
	bool is_ours = !c->moved && strcmp(last->user, c->writer.user) == 0;
	bool same_boot = strcmp(last->boot, c->writer.boot) == 0;
	if (c->sources != NULL && (!is_ours || (last->running && !same_boot)))
		log_info("checkpoint: written %s: sources go on under new ids",
		    is_ours ? "before a crash of this host"
			    : "by another host, or another user of the broker");
	for (struct source *s = c->sources; s != NULL; s = s->next) {
		enum source_state was = s->state;
		if (s->gone) {
			s->expired |= c->moved;
			s->changed |= c->moved;
			continue;
		}
		if (last->running && s->state == SOURCE_SETTLED)
			s->state = SOURCE_OPEN;
		if (!is_ours || (s->state == SOURCE_OPEN && !same_boot))
			s->state = SOURCE_STALE;
		s->changed |= s->state != was;
	}
}

static int
load_activity(struct checkpoint *c)
{
	uint32_t activity;
	if (checkpoint_rows_activity(c->file, &activity) == -1)
		return -1;
	/* A damaged entry must not make everything look new for long. */
	for (const struct source *s = c->sources; s != NULL; s = s->next)
		activity = s->idle > activity ? s->idle : activity;
	c->activity = (activity + INT64_C(1)) * NS_PER_SECOND;
	c->counted = clock_monotonic();
	c->looked = c->activity;
	return 0;
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
	    checkpoint_rows_load(c->file, &c->sources) == -1 ||
	    load_activity(c) == -1)
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
	for (struct source *s = c->sources; s != NULL; s = s->next)
		source_index_add(&c->index, s);
	judge(c, &last);
	source_rows_take(&c->rows, c->sources, activity_of(c));
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
	if (s->gone)
		return;
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
	count_activity(c);
	source_rows_take(&c->rows, c->sources, activity_of(c));
	c->writer.running = false;
	bool saved = c->file != NULL &&
	    checkpoint_rows_write(c->file, &c->rows, &c->writer) == 0;
	if (!saved)
		log_warnx("checkpoint: not saved at the end: lines may "
			  "repeat");
	source_rows_account(&c->rows, &c->sources, saved);
	uv_close((uv_handle_t *)&c->every_second, on_closed);
}
