#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/cutback.h"
#include "collector/ledger_files.h"
#include "collector/sink_file_private.h"
#include "core/log.h"

void
file_close(struct file *file)
{
	if (file->fd != -1)
		close(file->fd);
	file->fd = -1;
	file->sink.is_recorded = false;
}

bool
file_has_its_name(const struct file *file)
{
	struct stat open, named;
	return fstat(file->fd, &open) == 0 && lstat(file->path, &named) == 0 &&
	    open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

enum sink_result
file_set_aside(struct file *file, const char *word, struct sink_failure *f)
{
	int result = -1;
	errno = EEXIST;
	for (int i = 0; result == -1 && errno == EEXIST; i++) {
		char suffix[16] = "";
		if (i > 0)
			snprintf(suffix, sizeof(suffix), ".%d", i);
		char *to = xasprintf("%s.%s%s", file->path, word, suffix);
		result = renameat2(
		    AT_FDCWD, file->path, AT_FDCWD, to, RENAME_NOREPLACE);
		if (result == 0)
			log_warnx("stream %s: %s: set aside as %s",
			    file->place->stream, file->path, to);
		free(to);
	}
	if (result == -1)
		return sink_fail(f, "%s: set aside", file->path);
	file_close(file);
	return SINK_DONE;
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
 * A writer that was killed may have left half a line, and nobody knows where
 * it begins.  What comes next must not become a part of it.
 */
enum sink_result
file_end_torn_line(struct file *file, struct sink_failure *f)
{
	char last = '\n';
	off_t length = (off_t)file->row.length;
	if (length > 0 && pread(file->fd, &last, 1, length - 1) == -1)
		return sink_fail(f, "%s: read", file->path);
	if (last == '\n')
		return SINK_DONE;
	if (write(file->fd, "\n", 1) != 1)
		return sink_fail(f, "%s: write", file->path);
	file->row.length++;
	log_warnx("stream %s: %s: ended in the middle of a line, which was "
		  "given its end",
	    file->place->stream, file->path);
	return SINK_DONE;
}

/* The ledger knows less of it than is there. */
static enum sink_result
cut(struct file *file, uint64_t committed, struct sink_failure *f)
{
	uint64_t tail = file->row.length - committed;
	const struct sink_place *place = file->place;
	struct cutback how = { place->stream, place->base, file->name,
		place->sync };
	if (tail > ledger_most(place->ledger)) {
		log_warnx("stream %s: %s: grew by %" PRIu64 " bytes that were "
			  "not written here",
		    place->stream, file->path, tail);
		if (file_set_aside(file, "foreign", f) != SINK_DONE)
			return SINK_FAILED;
		return SINK_AGAIN;
	}
	enum sink_result result =
	    cutback_file(&how, file->fd, committed, file->row.length, f);
	if (result != SINK_DONE)
		return result;
	file->row.length = committed;
	file->sink.is_recorded = true;
	return SINK_DONE;
}

/* Hold what was opened against what the ledger says of it. */
static enum sink_result
compare(struct file *file, struct sink_failure *f)
{
	struct file_row known;
	int found = 0;
	if (file->place->ledger != NULL)
		found = ledger_file_find(file->place->ledger, file->row.base,
		    file->row.name, &known);
	if (found == -1)
		return sink_failx(
		    f, "%s: the ledger cannot be read", file->path);
	if (found == 0 ||
	    !identity_is_same(&known.identity, &file->row.identity))
		return file_end_torn_line(file, f);
	if (file->row.length > known.length)
		return cut(file, known.length, f);
	if (file->row.length == known.length) {
		file->sink.is_recorded = true;
		return SINK_DONE;
	}
	log_info("stream %s: %s: was truncated, going on at its end",
	    file->place->stream, file->path);
	return file_end_torn_line(file, f);
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
	if (cutback_look(file->fd, &file->row) == -1) /* now that it is ours */
		return sink_fail(f, "%s: stat", file->path);
	return compare(file, f);
}

enum sink_result
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
	file->sink.is_recorded = false;
	enum sink_result result = check_opened(file, f);
	if (result != SINK_DONE)
		file_close(file);
	return result;
}
