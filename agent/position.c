#include "agent/position.h"

#include <assert.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/checksum.h"

uint64_t
position_checked(uint64_t offset)
{
	return offset < POSITION_CHECKED ? offset : POSITION_CHECKED;
}

struct position
position_at_end(int fd)
{
	char bytes[POSITION_CHECKED];
	struct stat st;
	struct position p = { .check = checksum((struct str){ "", 0 }) };
	if (fstat(fd, &st) == -1)
		return p;
	size_t len = position_checked((uint64_t)st.st_size);
	ssize_t n = pread(fd, bytes, len, st.st_size - (off_t)len);
	if (n != (ssize_t)len)
		return p;
	p.offset = (uint64_t)st.st_size;
	p.check = checksum((struct str){ bytes, len });
	return p;
}

struct position
position_in(const struct stretch *s, struct str rest, uint32_t part)
{
	size_t taken = (size_t)(rest.data - s->text.data);
	size_t checked = position_checked(s->offset + taken);
	assert(checked <= s->context + taken);
	return (struct position){ s->offset + taken,
		checksum((struct str){ rest.data - checked, checked }), part };
}
