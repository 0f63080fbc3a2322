#include "config/handover.h"

#include <sys/mman.h>
#include <unistd.h>

#include "core/log.h"

int
config_handover(const struct config *config)
{
	int fd = memfd_create("weir.ini", MFD_CLOEXEC);
	FILE *out = fd == -1 ? NULL : fdopen(dup(fd), "w");
	if (out == NULL) {
		log_warn("hand the configuration over");
		goto fail;
	}
	config_print(config, out, true);
	if (fclose(out) != 0 || lseek(fd, 0, SEEK_SET) == -1) {
		log_warn("hand the configuration over");
		goto fail;
	}
	return fd;

fail:
	if (fd != -1)
		close(fd);
	return -1;
}
