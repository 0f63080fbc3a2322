#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/xalloc.h"

#define PATIENCE (3 * NS_PER_SECOND)

/* mkdir -p: 0 if `path` is a directory afterwards, else -1 and errno. */
static int
make_directory(const char *path)
{
	struct stat st;
	char *copy = xstrdup(path);
	for (char *p = copy + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
	int result = mkdir(copy, 0700);
	if (result == -1 && errno == EEXIST && stat(copy, &st) == 0) {
		result = S_ISDIR(st.st_mode) ? 0 : -1;
		errno = ENOTDIR;
	}
	free(copy);
	return result;
}

/* flock, but one who is killed has children to wait for, and a disk. */
static int
lock_patiently(int fd)
{
	const struct timespec pause = { 0, 50 * NS_PER_MS };
	int result = flock(fd, LOCK_EX | LOCK_NB);
	for (int64_t end = clock_monotonic() + PATIENCE;
	     result == -1 && errno == EWOULDBLOCK && clock_monotonic() < end;
	     result = flock(fd, LOCK_EX | LOCK_NB))
		nanosleep(&pause, NULL);
	return result;
}

int
lock_directory(const char *directory, const char *name)
{
	if (make_directory(directory) == -1) {
		log_warn("mkdir %s", directory);
		return -1;
	}
	char *path = xasprintf("%s/%s", directory, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		log_warn("open %s", path);
	else if (lock_patiently(fd) == -1) {
		if (errno == EWOULDBLOCK)
			log_warnx("%s: locked by another weir", path);
		else
			log_warn("lock %s", path);
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}
