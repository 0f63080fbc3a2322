#include "config/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* AMQP's PLAIN response could be longer; nobody's password is. */
#define PASSWORD_MAX 4096

static FILE *
open_checked(const char *path, struct buffer *wrong)
{
	struct stat st;
	/* Not to wait for the other end, should it be a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1) {
		buffer_printf(wrong, "%s: %s", path, strerror(errno));
		goto close_fd;
	}
	if (!S_ISREG(st.st_mode)) {
		buffer_printf(wrong, "%s is not a regular file", path);
		goto close_fd;
	}
	if ((st.st_mode & (S_IROTH | S_IWOTH)) != 0) {
		buffer_printf(wrong,
		    "%s is open to every user of this host; chmod o-rw %s",
		    path, path);
		goto close_fd;
	}
	return fdopen(fd, "r");

close_fd:
	if (fd != -1)
		close(fd);
	return NULL;
}

static char *
take_password(char *line, size_t len, const char *path, struct buffer *wrong)
{
	if (len > 0 && line[len - 1] == '\n')
		line[--len] = '\0';
	if (len == 0)
		buffer_printf(wrong, "%s has no first line", path);
	else if (len > PASSWORD_MAX)
		buffer_printf(wrong,
		    "%s has more than %d bytes on its first "
		    "line",
		    path, PASSWORD_MAX);
	else if (strlen(line) != len)
		buffer_printf(wrong, "%s holds a NUL byte", path);
	else
		return line;
	free(line);
	return NULL;
}

char *
password_read(const char *path, struct buffer *wrong)
{
	FILE *in = open_checked(path, wrong);
	if (in == NULL)
		return NULL;
	char *line = NULL;
	size_t size = 0;
	ssize_t n = getline(&line, &size, in);
	fclose(in);
	return take_password(line, n > 0 ? (size_t)n : 0, path, wrong);
}
