/*
 * A disk that fails, for LD_PRELOAD: what has WEIR_SHIM in its path.
 *
 * While the file `fail-read` is in the working directory, reading fails with
 * EIO.  `fail-sync` is taken away by the next sync, which fails once and
 * loses what was written since the one before it, as a kernel may; with
 * WEIR_SHIM_KEEPS set it can still be read.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNSYNCED_MAX 65536

static struct range {
	int fd;
	off_t at;
	size_t len;
} unsynced[UNSYNCED_MAX];
static size_t count;

static int
is_ours(int fd)
{
	char link[64], path[PATH_MAX];
	const char *wanted = getenv("WEIR_SHIM");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	if (n < 0 || wanted == NULL)
		return 0;
	path[n] = '\0';
	return strstr(path, wanted) != NULL;
}

/* Forget what was written to `fd`; with `lose` the disk does, too. */
static void
settle(int fd, int lose)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct range r = unsynced[i];
		char *zeros = calloc(1, r.len);
		if (r.fd != fd)
			unsynced[kept++] = r;
		else if (lose && zeros != NULL)
			syscall(SYS_pwrite64, fd, zeros, r.len, r.at);
		free(zeros);
	}
	count = kept;
}

static int
sync_with(long call, int fd)
{
	int fails = is_ours(fd) && unlink("fail-sync") == 0;
	settle(fd, fails && getenv("WEIR_SHIM_KEEPS") == NULL);
	if (!fails)
		return (int)syscall(call, fd);
	errno = EIO;
	return -1;
}

int
fsync(int fd)
{
	return sync_with(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_with(SYS_fdatasync, fd);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off_t at)
{
	if (count < UNSYNCED_MAX && is_ours(fd))
		unsynced[count++] = (struct range){ fd, at, len };
	return syscall(SYS_pwrite64, fd, data, len, at);
}

ssize_t
pread64(int fd, void *data, size_t len, off_t at)
{
	if (access("fail-read", F_OK) == -1 || !is_ours(fd))
		return syscall(SYS_pread64, fd, data, len, at);
	errno = EIO;
	return -1;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	return pwrite64(fd, data, len, at);
}

ssize_t
pread(int fd, void *data, size_t len, off_t at)
{
	return pread64(fd, data, len, at);
}
