#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/position.h"
#include "agent/source_index.h"
#include "agent/tail_lines.h"
#include "agent/tail_private.h"
#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

static void
attach(struct tail *t, struct source *s)
{
	s->attached = true;
	s->fd = t->fd;
	s->read_up = false;
	t->source = s;
	t->at = s->reached;
	t->level.known = false;
	t->scanned = 0;
	t->size = 0;
	t->in_hole = false;
	marks_add(&s->marks, &s->reached);
	gather_start(&t->gather, t->router, s, &t->at, &t->level);
}

void
tail_forget_former(struct tail *t)
{
	struct former *f = &t->former;
	if (f->source == NULL)
		return;
	router_incidents(t->router)->lost_bytes += f->unread;
	if (f->unread > 0)
		log_warnx("input %s: %s: %" PRIu64 " bytes were gone before "
			  "they were read",
		    t->input->name, f->source->path, f->unread);
	source_end(f->source);
	*f = (struct former){ 0 };
}

/* What it begins with goes into the same row, if it has something. */
static void
note_head(struct tail *t)
{
	struct stat st;
	char first;
	/* Unless it is a hole, which many begin with. */
	if (t->content.unzip == NULL && fstat(t->fd, &st) == 0 &&
	    pread(t->fd, &first, 1, 0) == 1 && first != '\0')
		content_at(&t->content, position_checked((uint64_t)st.st_size),
		    &t->source->head);
}

/* A new incarnation, from its beginning. */
static void
begin(struct tail *t, const struct identity *identity, const char *path)
{
	struct source *s = source_new(t->input->name, identity, path);
	attach(t, s);
	note_head(t);
	checkpoint_add(t->checkpoint, t->input, s);
}

void
tail_begin_anew(struct tail *t, const char *why)
{
	struct source *old = t->source;
	uint64_t unread = t->size > t->at.offset ? t->size - t->at.offset : 0;
	log_info("input %s: %s: %s, reading it from its beginning",
	    t->input->name, old->path, why);
	router_incidents(t->router)->truncations++;
	tail_lines_let_out(t);
	old->attached = false;
	old->fd = -1;
	old->changed = true;
	tail_forget_former(t);
	t->former = (struct former){ old, unread };
	content_clear(&t->content);
	content_init(&t->content, t->fd);
	t->damaged = 0;
	t->cut_short = false;
	begin(t, &old->identity, old->path);
}

static bool
is_as_read(void *owner, const struct source *s)
{
	/* Inflating takes long: whether it is comes out when it is read. */
	return content_matches(owner, source_known_by(s)) != 0;
}

static void
take_file(struct tail *t, int fd)
{
	t->fd = fd;
	t->grew = clock_monotonic();
	content_init(&t->content, fd);
}

void
tail_resume(struct tail *t, int fd, const struct identity *identity,
    const char *path, struct source *source)
{
	take_file(t, fd);
	source_index_move(source, identity);
	source->changed = true;
	attach(t, source);
	tail_rename(t, path);
}

enum tail_result
tail_go_to_end(struct tail *t)
{
	struct source *s = t->source;
	struct position end;
	if (content_end(&t->content, &end) == -1)
		return TAIL_MORE;
	end.offset -= end.offset % 2 * (t->input->encoding != ENCODING_UTF8);
	if (end.offset > 0 && content_at(&t->content, end.offset, &end) == -1)
		return TAIL_MORE;
	t->to_end = false;
	s->safe = s->reached = end;
	s->start = end.offset;
	t->at = end;
	gather_start(&t->gather, t->router, s, &t->at, &t->level);
	checkpoint_add(t->checkpoint, t->input, s);
	return TAIL_WAITING;
}

void
tail_open(struct tail *t, int fd, const struct identity *identity,
    const char *path, bool at_end)
{
	take_file(t, fd);
	struct source *s = checkpoint_find_fitting(
	    t->checkpoint, t->input, identity, is_as_read, &t->content);
	if (s != NULL) {
		attach(t, s);
		tail_rename(t, path);
		return;
	}
	s = checkpoint_find(t->checkpoint, t->input, identity);
	if (s != NULL) {
		attach(t, s);
		tail_rename(t, path);
		tail_begin_anew(t, "not the bytes that were read before");
		return;
	}
	FAULT("tail-new");
	if (!at_end) {
		begin(t, identity, path);
		return;
	}
	attach(t, source_new(t->input->name, identity, path));
	t->to_end = true;
	if (t->content.unzip == NULL)
		tail_go_to_end(t);
}

void
tail_rename(struct tail *t, const char *path)
{
	if (strcmp(t->source->path, path) == 0)
		return;
	FAULT("tail-rename");
	free(t->source->path);
	t->source->path = xstrdup(path);
	t->source->changed = true;
}

void
tail_suspend(struct tail *t)
{
	tail_forget_former(t);
	if (t->gather.dirty)
		tail_lines_let_out(t);
	gather_clear(&t->gather);
	content_clear(&t->content);
	t->source->attached = false;
	t->source->fd = -1;
	if (t->to_end) /* nobody else knows it */
		source_free(t->source);
	close(t->fd);
	t->fd = -1;
}

void
tail_close(struct tail *t)
{
	struct stat st;
	/* What nobody can open again need not be remembered. */
	if (!t->to_end && fstat(t->fd, &st) == 0 && st.st_nlink == 0)
		source_end(t->source);
	tail_suspend(t);
}
