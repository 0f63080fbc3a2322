#include "core/write_all.h"

#include <errno.h>
#include <unistd.h>

int
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
