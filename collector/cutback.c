#include "collector/cutback.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/write_all.h"

int
cutback_look(int fd, struct file_row *row)
{
	struct stat st;
	if (identity_read(fd, &row->identity) == -1 || fstat(fd, &st) == -1)
		return -1;
	row->length = (uint64_t)st.st_size;
	return 0;
}

/* An empty file of ours; the flags keep a planted FIFO from blocking us. */
static int
open_beside(const struct cutback *c, const char *name)
{
	struct stat st;
	int flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK;
	int base = beneath_base(c->base, c->sync);
	if (base == -1)
		return -1;
	int fd = beneath_open(base, name, flags);
	if (fd == -1 && errno == ENOENT)
		fd = beneath_create(base, name, flags, c->sync);
	close(base);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	    ftruncate(fd, 0) == 0)
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

static int
copy_tail(int from, int to, uint64_t at, uint64_t end)
{
	char bytes[16384];
	while (at < end) {
		size_t want = end - at < sizeof(bytes) ? (size_t)(end - at)
						       : sizeof(bytes);
		ssize_t n = pread(from, bytes, want, (off_t)at);
		if (n <= 0)
			return (int)n;
		if (write_all(to, (struct str){ bytes, (size_t)n }) == -1)
			return -1;
		at += (uint64_t)n;
	}
	return 0;
}

static enum sink_result
keep_tail(const struct cutback *c, int fd, uint64_t length, uint64_t size,
    struct sink_failure *f)
{
	enum sink_result result = SINK_DONE;
	char *name = xasprintf("%s.cut", c->name);
	int to = open_beside(c, name);
	if (to == -1 || copy_tail(fd, to, length, size) == -1 ||
	    (c->sync && fdatasync(to) == -1))
		result = sink_fail(f, "%s%s: write", c->base, name);
	if (to != -1)
		close(to);
	free(name);
	return result;
}

enum sink_result
cutback_file(const struct cutback *c, int fd, uint64_t length, uint64_t size,
    struct sink_failure *f)
{
	if (keep_tail(c, fd, length, size, f) != SINK_DONE)
		return SINK_FAILED;
	FAULT("cut-back");
	if (ftruncate(fd, (off_t)length) == -1)
		return sink_fail(f, "%s%s: truncate", c->base, c->name);
	if (c->sync && sink_file_sync(fd) == -1)
		return sink_fail(f, "%s%s: sync", c->base, c->name);
	log_warnx("stream %s: %s%s: %" PRIu64 " bytes were not committed: cut "
		  "off, kept as %s.cut",
	    c->stream, c->base, c->name, size - length, c->name);
	return SINK_DONE;
}
