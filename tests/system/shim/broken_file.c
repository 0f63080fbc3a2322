/*
 * A file that cannot be read, for LD_PRELOAD: while the file `broken` is in the
 * working directory, reading .../bad.log fails as it says, EIO or ESTALE.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
error_of(int file)
{
	char text[8] = "", link[32], name[4096] = "";
	int fd = open("broken", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	n = readlink(link, name, sizeof(name) - 1);
	if (n < 8 || strcmp(name + n - 8, "/bad.log") != 0)
		return 0;
	return strcmp(text, "ESTALE") == 0 ? ESTALE : EIO;
}

ssize_t
pread(int fd, void *data, size_t size, off_t offset)
{
	int error = error_of(fd);
	if (error == 0)
		return syscall(SYS_pread64, fd, data, size, offset);
	errno = error;
	return -1;
}
