#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/cutback.h"
#include "collector/sink_file_private.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/write_all.h"
#include "core/xalloc.h"

int (*sink_file_sync)(int fd) = fdatasync;

/* Take back what a failed write left: cut, never extend. */
static int
shrink(struct file *file)
{
	struct stat st;
	if (fstat(file->fd, &st) == -1)
		return -1;
	if ((uint64_t)st.st_size <= file->row.length)
		return 0;
	return ftruncate(file->fd, (off_t)file->row.length);
}

/* Get a file whose sync failed out of the way of a new one. */
static enum sink_result
leave_suspect(struct file *file, struct sink_failure *f)
{
	enum sink_result result = SINK_DONE;
	bool is_empty = file->row.length == 0;
	if (!file_has_its_name(file) || (is_empty && unlink(file->path) == 0))
		file_close(file);
	else if (is_empty)
		result = sink_fail(f, "%s: remove", file->path);
	else
		result = file_set_aside(file, "unsynced", f);
	file->is_suspect = result != SINK_DONE;
	return result;
}

/* See what became of the file since the last write. */
static enum sink_result
look_again(struct file *file, struct sink_failure *f)
{
	struct file_row now = file->row;
	if (file->is_torn && shrink(file) == -1)
		return sink_fail(f, "%s: truncate", file->path);
	file->is_torn = false;
	if (cutback_look(file->fd, &now) == -1)
		return sink_fail(f, "%s: stat", file->path);
	if (now.length == file->row.length)
		return SINK_DONE;
	bool was_truncated = now.length < file->row.length;
	file->row.length = now.length;
	file->sink.is_recorded = false;
	if (!was_truncated)
		return SINK_DONE;
	log_info("stream %s: %s: was truncated, going on at its end",
	    file->place->stream, file->path);
	return file_end_torn_line(file, f);
}

static enum sink_result
file_prepare(struct sink *s, struct sink_failure *f)
{
	struct file *file = (struct file *)s;
	if (file->is_suspect) {
		enum sink_result result = leave_suspect(file, f);
		if (result != SINK_DONE)
			return result;
	}
	if (file->fd != -1 && !file_has_its_name(file)) {
		log_info("stream %s: %s: was renamed or removed, opening it "
			 "again",
		    file->place->stream, file->path);
		file_close(file);
	}
	return file->fd == -1 ? file_open(file, f) : look_again(file, f);
}

static enum sink_result
file_write(struct sink *s, struct buffer *bytes, struct sink_failure *f)
{
	struct file *file = (struct file *)s;
	if (write_all(file->fd, buffer_str(bytes)) == -1) {
		sink_fail(f, "%s: write", file->path);
		file->is_torn = shrink(file) == -1;
		return SINK_FAILED;
	}
	FAULT("after-append");
	if (file->place->sync && sink_file_sync(file->fd) == -1) {
		sink_fail(f, "%s: sync", file->path);
		file->is_torn = shrink(file) == -1;
		file->is_suspect = true;
		return SINK_FAILED;
	}
	FAULT("after-sync");
	file->row.length += bytes->len;
	bytes->len = 0;
	return SINK_DONE;
}

static void
close_file(struct sink *s)
{
	file_close((struct file *)s);
}

static void
free_file(struct sink *s)
{
	struct file *file = (struct file *)s;
	free(file->path);
	free(file);
}

static const struct sink_type file_type = {
	.prepare = file_prepare,
	.write = file_write,
	.close = close_file,
	.free = free_file,
};

struct sink *
sink_file_new(const struct sink_place *place, const char *name)
{
	struct file *file = xcalloc(1, sizeof(*file));
	file->sink.type = &file_type;
	file->sink.file = &file->row;
	file->place = place;
	file->path = xasprintf("%s%s", place->base, name);
	file->name = file->path + strlen(place->base);
	file->row.base = str_from(place->base);
	file->row.name = str_from(file->name);
	file->fd = -1;
	return &file->sink;
}
