/*
 * An inotify that is no use, for LD_PRELOAD: WEIR_SHIM says whether it is
 * `full` (no more watches), `none` (no more instances) or `silent`.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
is(const char *word)
{
	const char *argument = getenv("WEIR_SHIM");
	return argument != NULL && strcmp(argument, word) == 0;
}

int
inotify_init1(int flags)
{
	if (!is("none"))
		return (int)syscall(SYS_inotify_init1, flags);
	errno = EMFILE;
	return -1;
}

int
inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	static int last;
	(void)fd;
	(void)path;
	(void)mask;
	if (is("silent"))
		return ++last;
	errno = ENOSPC;
	return -1;
}
