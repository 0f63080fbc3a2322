/*
 * A ring that is written faster than it is read, for LD_PRELOAD: every other
 * read of the file WEIR_SHIM fails as that of /dev/kmsg does whose next
 * message was overwritten.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
is_ours(int fd)
{
	char name[64], file[PATH_MAX];
	const char *wanted = getenv("WEIR_SHIM");
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(name, file, sizeof(file));
	return wanted != NULL && n == (ssize_t)strlen(wanted) &&
	    memcmp(file, wanted, (size_t)n) == 0;
}

ssize_t
read(int fd, void *to, size_t size)
{
	static int reads;
	if (is_ours(fd) && reads++ % 2 == 0) {
		errno = EPIPE;
		return -1;
	}
	return syscall(SYS_read, fd, to, size);
}
