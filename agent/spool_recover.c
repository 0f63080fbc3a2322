#include "agent/spool_recover.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/spool_reader.h"
#include "core/log.h"

/* Bytes in the file, or -1: said. */
static int64_t
size_of(const struct spool_directory *d, uint64_t base)
{
	struct stat st;
	int64_t size = -1;
	int fd = spool_directory_read(d, base);
	if (fd != -1 && fstat(fd, &st) == 0)
		size = st.st_size;
	if (size == -1)
		log_warn("open the last segment of %s", d->path);
	if (fd != -1)
		close(fd);
	return size;
}

static int
cut(const struct spool_directory *d, uint64_t base, uint64_t after,
    size_t unfinished)
{
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(base, name);
	int fd = openat(d->fd, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 ||
	    ftruncate(fd, (off_t)(after - base + SEGMENT_HEAD)) == -1) {
		log_warn("truncate %s/%s", d->path, name);
		if (fd != -1)
			close(fd);
		return -1;
	}
	close(fd);
	log_info("%s/%s: %zu bytes of a line that was not written to its end "
		 "are cut off",
	    d->path, name, unfinished);
	return 0;
}

/* Read to the end of the segment that begins at `base`. */
static int
walk(struct spool_directory *d, uint64_t base, struct spool_end *end)
{
	struct spool_reader reader;
	struct entry e;
	enum spool_found found;
	spool_reader_init(&reader, d, base);
	do
		found = spool_reader_next(&reader, UINT64_MAX, &e);
	while (found == SPOOL_ENTRY || found == SPOOL_DAMAGE);
	size_t unfinished = spool_reader_unfinished(&reader);
	end->after = reader.at;
	end->next = reader.at + unfinished;
	spool_reader_clear(&reader);
	if (found == SPOOL_FAILED)
		return -1;
	return unfinished > 0 ? cut(d, base, end->after, unfinished) : 0;
}

int
spool_recover(struct spool_directory *d, struct spool_end *end)
{
	*end = (struct spool_end){ 0 };
	while (d->count > 0) {
		uint64_t base = d->bases[d->count - 1];
		int64_t size = size_of(d, base);
		if (size == -1)
			return -1;
		if (size > (int64_t)SEGMENT_HEAD)
			return walk(d, base, end);
		/* Killed before there was a line in it. */
		if (spool_directory_remove(d, d->count - 1) == -1)
			return -1;
		end->next = end->after = base;
		if (d->count == 0)
			return 0;
	}
	return 0;
}
