#include "agent/spool_writer.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/fault.h"
#include "core/log.h"
#include "core/random.h"

#define SEGMENT_SIZE ((uint64_t)8 << 20)

void
spool_writer_init(struct spool_writer *w, uv_loop_t *loop,
    struct spool_directory *directory, uint64_t after, uint64_t next)
{
	assert(after <= next);
	*w = (struct spool_writer){ .loop = loop,
		.directory = directory,
		.segment_size = SEGMENT_SIZE,
		.end = next,
		.next = next,
		.after = after,
		.fd = -1 };
	w->work.data = w;
}

static void
begin(struct spool_writer *w)
{
	w->head = (struct segment_head){ .base = w->next,
		.after = w->after,
		.salt = random_below(UINT64_MAX) };
	w->begun = true;
	w->written = 0;
	segment_head_put(&w->head, &w->pending);
}

void
spool_writer_put(struct spool_writer *w, const struct entry *e)
{
	if (!w->begun)
		begin(w);
	size_t before = w->pending.len;
	segment_record_put(&w->head, w->next, e, &w->pending);
	w->next += w->pending.len - before;
}

/* No more into this segment: it waits for the disk. */
static void
seal(struct spool_writer *w)
{
	assert(w->pending.len == 0 && w->sealed_count < SPOOL_SEALED);
	w->sealed[w->sealed_count++] = w->fd;
	w->after = w->end;
	w->fd = -1;
	w->begun = false;
}

static int
complain(struct spool_writer *w, const char *what)
{
	if (!w->failing)
		log_warn("%s %s; waiting, what comes is not read meanwhile",
		    what, w->directory->path);
	w->failing = true;
	return -1;
}

/* A file that could not be created is tried for again. */
static int
create(struct spool_writer *w)
{
	if (w->fd == -1) {
		w->fd = spool_directory_create(w->directory, w->head.base);
		w->named = w->fd != -1;
	}
	return w->fd;
}

static int
write_out(struct spool_writer *w)
{
	while (w->pending.len > 0) {
		ssize_t n = pwrite(
		    w->fd, w->pending.data, w->pending.len, (off_t)w->written);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return complain(w, "write to");
		w->dirty = true;
		w->written += (size_t)n;
		buffer_consume(&w->pending, (size_t)n);
	}
	return 0;
}

/* A shorter line than its draft would leave a piece of that behind. */
static void
cover_draft(struct spool_writer *w)
{
	if (w->next - w->end >= w->drafted)
		return;
	size_t size = (size_t)(w->end + w->drafted - w->next);
	if (size < SEGMENT_NOTHING_MIN)
		size = SEGMENT_NOTHING_MIN;
	segment_nothing_put(&w->head, w->next, size, &w->pending);
	w->next += size;
}

int
spool_writer_flush(struct spool_writer *w)
{
	if (w->pending.len == 0)
		return 0;
	cover_draft(w);
	if (create(w) == -1)
		return complain(w, "create a segment in");
	FAULT("spool-append");
	if (write_out(w) == -1)
		return -1;
	FAULT("spool-appended");
	if (w->failing)
		log_info("%s: can be written again", w->directory->path);
	w->failing = false;
	w->drafted = 0;
	w->end = w->next;
	/* At the end a line may come although nothing more is taken. */
	if (w->written >= w->segment_size && w->sealed_count < SPOOL_SEALED)
		seal(w);
	return 0;
}

void
spool_writer_draft(struct spool_writer *w, const struct entry *e)
{
	struct buffer draft = { 0 };
	assert(w->end == w->next);
	if (!w->begun)
		begin(w);
	segment_record_put(&w->head, w->next, e, &draft);
	/* What fails here is said when the line itself is written. */
	if (create(w) != -1 && write_out(w) == 0 &&
	    pwrite(w->fd, draft.data, draft.len, (off_t)w->written) > 0) {
		w->drafted = draft.len;
		w->dirty = true;
	}
	buffer_clear(&draft);
}

bool
spool_writer_is_ready(const struct spool_writer *w)
{
	return w->pending.len == 0 && w->sealed_count < SPOOL_SEALED;
}

/* In the work item: nothing but its descriptors is touched. */
static void
on_work(uv_work_t *work)
{
	struct spool_writer *w = work->data;
	w->sync_error = 0;
	for (size_t i = 0; i < w->sync_count; i++)
		if (fdatasync(w->sync_fds[i]) == -1)
			w->sync_error = errno;
	if (w->sync_directory != -1 && fsync(w->sync_directory) == -1)
		w->sync_error = errno;
	FAULT("spool-synced");
}

/* The open segment has no line yet, and the next one needs its name. */
static void
drop(struct spool_writer *w)
{
	if (spool_directory_remove(
		w->directory, spool_directory_find(w->directory, w->end)) == -1)
		return;
	close(w->fd);
	w->fd = -1;
	w->begun = false;
	w->drafted = 0;
}

/*
 * A sync that failed is not tried again on the same file: the kernel may have
 * dropped the pages and then report success.
 */
static void
turn_away(struct spool_writer *w)
{
	if (!w->sync_failing) {
		errno = w->sync_error;
		log_warn("sync %s: if this host loses power now, lines are "
			 "lost",
		    w->directory->path);
	}
	w->sync_failing = true;
	if (w->fd == -1 || !spool_writer_is_ready(w))
		return;
	if (w->end == w->head.base) {
		drop(w);
		return;
	}
	if (w->drafted > 0 && ftruncate(w->fd, (off_t)w->written) == -1)
		return;
	w->drafted = 0;
	seal(w);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct spool_writer *w = work->data;
	(void)status;
	w->syncing = false;
	for (size_t i = 0; i < w->sync_close; i++)
		close(w->sync_fds[i]);
	if (w->sync_error != 0)
		turn_away(w);
	else if (w->sync_failing) {
		log_info("%s: synced again", w->directory->path);
		w->sync_failing = false;
	}
}

static bool
collect(struct spool_writer *w)
{
	w->sync_close = w->sealed_count;
	memcpy(w->sync_fds, w->sealed, sizeof(w->sealed));
	w->sync_count = w->sealed_count;
	w->sealed_count = 0;
	if (w->fd != -1 && w->dirty)
		w->sync_fds[w->sync_count++] = w->fd;
	w->sync_directory = w->named ? w->directory->fd : -1;
	w->dirty = w->named = false;
	return w->sync_count > 0 || w->sync_directory != -1;
}

void
spool_writer_sync(struct spool_writer *w)
{
	if (w->syncing || !collect(w))
		return;
	w->syncing = true;
	uv_queue_work(w->loop, &w->work, on_work, on_worked);
}

void
spool_writer_close(struct spool_writer *w)
{
	spool_writer_flush(w);
	if (w->pending.len > 0)
		log_warnx("%s: %zu bytes of lines could not be written and "
			  "are lost",
		    w->directory->path, w->pending.len);
	while (w->syncing)
		uv_run(w->loop, UV_RUN_ONCE);
	if (collect(w)) {
		on_work(&w->work);
		on_worked(&w->work, 0);
	}
	for (size_t i = 0; i < w->sealed_count; i++)
		close(w->sealed[i]);
	if (w->fd != -1)
		close(w->fd);
	buffer_clear(&w->pending);
}
