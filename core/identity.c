#include "core/identity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/clock.h"

static int
read_at(int fd, const char *path, int flags, struct identity *identity)
{
	struct statx st;
	if (statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, &st) == -1)
		return -1;
	*identity = (struct identity){ .device = makedev(
					   st.stx_dev_major, st.stx_dev_minor),
		.inode = st.stx_ino };
	if (st.stx_mask & STATX_BTIME)
		identity->birth =
		    st.stx_btime.tv_sec * NS_PER_SECOND + st.stx_btime.tv_nsec;
	return 0;
}

int
identity_read(int fd, struct identity *identity)
{
	return read_at(fd, "", AT_EMPTY_PATH, identity);
}

int
identity_look(const char *path, struct identity *identity)
{
	return read_at(AT_FDCWD, path, 0, identity);
}

bool
identity_is_same(const struct identity *a, const struct identity *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->birth == b->birth;
}
