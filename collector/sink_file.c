#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/sink.h"
#include "core/log.h"
#include "core/xalloc.h"

struct file {
	struct sink sink;
	const struct sink_place *place;
	char *path; /* for calls and messages */
	const char *name; /* the end of `path`, beneath the base */
	int fd; /* -1: closed */
	off_t length; /* all of it is safe, as configured */
	bool is_torn; /* there may be more, of a write that failed */
	bool is_suspect; /* a sync failed: never write to it again */
};

int (*sink_file_sync)(int fd) = fdatasync;

static void
file_close(struct sink *s)
{
	struct file *file = (struct file *)s;
	if (file->fd != -1)
		close(file->fd);
	file->fd = -1;
}

static void
file_free(struct sink *s)
{
	struct file *file = (struct file *)s;
	free(file->path);
	free(file);
}

/* Is what is open still what the name means? */
static bool
has_its_name(const struct file *file)
{
	struct stat open, named;
	return fstat(file->fd, &open) == 0 && lstat(file->path, &named) == 0 &&
	    open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

/* Open, or else create; the flags keep a planted FIFO from blocking us. */
static int
open_or_create(const struct file *file)
{
	int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK;
	int base = beneath_base(file->place->base, file->place->sync);
	if (base == -1)
		return -1;
	int fd = beneath_open(base, file->name, flags);
	if (fd == -1 && errno == ENOENT)
		fd = beneath_create(base, file->name, flags, file->place->sync);
	int saved = errno;
	close(base);
	errno = saved;
	return fd;
}

/*
 * A writer that was killed, we perhaps, may have left half a line.  It comes
 * again whole, and must not become a part of that half.
 */
static enum sink_result
end_torn_line(struct file *file, struct sink_failure *f)
{
	char last = '\n';
	if (file->length > 0 &&
	    pread(file->fd, &last, 1, file->length - 1) == -1)
		return sink_fail(f, "%s: read", file->path);
	if (last == '\n')
		return SINK_DONE;
	if (write(file->fd, "\n", 1) != 1)
		return sink_fail(f, "%s: write", file->path);
	file->length++;
	log_warnx("stream %s: %s: ended in the middle of a line, which was "
		  "given its end",
	    file->place->stream, file->path);
	return SINK_DONE;
}

static enum sink_result
check_opened(struct file *file, struct sink_failure *f)
{
	struct stat st;
	if (fstat(file->fd, &st) == -1)
		return sink_fail(f, "%s: stat", file->path);
	if (!S_ISREG(st.st_mode))
		return sink_failx(f, "%s: is not a regular file", file->path);
	if (st.st_nlink != 1)
		return sink_failx(f, "%s: has %ju names, which is not safe",
		    file->path, (uintmax_t)st.st_nlink);
	if (flock(file->fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK
		    ? sink_failx(f, "%s: somebody else writes it", file->path)
		    : sink_fail(f, "%s: lock", file->path);
	if (fstat(file->fd, &st) == -1) /* now that nobody else writes */
		return sink_fail(f, "%s: stat", file->path);
	file->length = st.st_size;
	return end_torn_line(file, f);
}

static enum sink_result
file_open(struct file *file, struct sink_failure *f)
{
	file->fd = open_or_create(file);
	if (file->fd == -1 && errno == ELOOP)
		return sink_failx(
		    f, "%s: a symbolic link is in the way", file->path);
	if (file->fd == -1 && errno == ENXIO)
		return sink_failx(f, "%s: is not a regular file", file->path);
	if (file->fd == -1)
		return sink_fail(f, "%s: open", file->path);
	file->is_torn = false;
	enum sink_result result = check_opened(file, f);
	if (result != SINK_DONE)
		file_close(&file->sink);
	return result;
}

/* Get a file whose sync failed out of the way of a new one. */
static enum sink_result
set_aside(struct file *file, struct sink_failure *f)
{
	int result = -1;
	if (!has_its_name(file))
		result = 0;
	else if (file->length == 0)
		result = unlink(file->path);
	errno = EEXIST;
	for (int i = 0; result == -1 && errno == EEXIST; i++) {
		char suffix[16] = "";
		if (i > 0)
			snprintf(suffix, sizeof(suffix), ".%d", i);
		char *to = xasprintf("%s.unsynced%s", file->path, suffix);
		result = renameat2(
		    AT_FDCWD, file->path, AT_FDCWD, to, RENAME_NOREPLACE);
		if (result == 0)
			log_warnx("stream %s: %s: set aside as %s",
			    file->place->stream, file->path, to);
		free(to);
	}
	if (result == -1)
		return sink_fail(f, "%s: set aside", file->path);
	file_close(&file->sink);
	file->is_suspect = false;
	return SINK_DONE;
}

/* See what became of the file since the last write. */
static enum sink_result
look_again(struct file *file, struct sink_failure *f)
{
	struct stat st;
	if (fstat(file->fd, &st) == -1)
		return sink_fail(f, "%s: stat", file->path);
	if (file->is_torn && st.st_size > file->length) {
		if (ftruncate(file->fd, file->length) == -1)
			return sink_fail(f, "%s: truncate", file->path);
		st.st_size = file->length;
	}
	file->is_torn = false;
	if (st.st_size < file->length)
		log_info("stream %s: %s: was truncated, going on at its end",
		    file->place->stream, file->path);
	file->length = st.st_size;
	return SINK_DONE;
}

static enum sink_result
make_ready(struct file *file, struct sink_failure *f)
{
	if (file->is_suspect) {
		enum sink_result result = set_aside(file, f);
		if (result != SINK_DONE)
			return result;
	}
	if (file->fd != -1 && !has_its_name(file)) {
		log_info("stream %s: %s: was renamed or removed, opening it "
			 "again",
		    file->place->stream, file->path);
		file_close(&file->sink);
	}
	if (file->fd == -1)
		return file_open(file, f);
	return look_again(file, f);
}

static int
write_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.data, bytes.len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		bytes = str_after(bytes, (size_t)n);
	}
	return 0;
}

static enum sink_result
file_write(struct sink *s, struct buffer *bytes, struct sink_failure *f)
{
	struct file *file = (struct file *)s;
	enum sink_result result = make_ready(file, f);
	if (result != SINK_DONE)
		return result;
	if (write_all(file->fd, buffer_str(bytes)) == -1) {
		sink_fail(f, "%s: write", file->path);
		file->is_torn = ftruncate(file->fd, file->length) == -1;
		return SINK_FAILED;
	}
	if (file->place->sync && sink_file_sync(file->fd) == -1) {
		sink_fail(f, "%s: sync", file->path);
		file->is_torn = ftruncate(file->fd, file->length) == -1;
		file->is_suspect = true;
		return SINK_FAILED;
	}
	file->length += (off_t)bytes->len;
	bytes->len = 0;
	return SINK_DONE;
}

static const struct sink_type file_type = {
	.write = file_write,
	.close = file_close,
	.free = file_free,
};

struct sink *
sink_file_new(const struct sink_place *place, const char *name)
{
	struct file *file = xcalloc(1, sizeof(*file));
	file->sink.type = &file_type;
	file->place = place;
	file->path = xasprintf("%s%s", place->base, name);
	file->name = file->path + strlen(place->base);
	file->fd = -1;
	return &file->sink;
}
