#include "agent/spool_directory.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.h"
#include "core/log.h"
#include "core/xalloc.h"

static bool
is_plain(const char *name, size_t i)
{
	return isalnum((unsigned char)name[i]) || name[i] == '-' ||
	    name[i] == '_' || (name[i] == '.' && i > 0);
}

void
spool_directory_name(const char *input, struct buffer *out)
{
	for (size_t i = 0; input[i] != '\0'; i++) {
		if (is_plain(input, i))
			buffer_append_byte(out, input[i]);
		else
			buffer_printf(out, "%%%02X", (unsigned char)input[i]);
	}
}

/* The input whose directory this is. */
static char *
input_of(const char *name)
{
	char *input = xstrdup(name), *to = input, digits[3] = "";
	for (const char *p = name; *p != '\0'; to++) {
		if (p[0] == '%' && isxdigit((unsigned char)p[1]) &&
		    isxdigit((unsigned char)p[2])) {
			memcpy(digits, p + 1, 2);
			*to = (char)strtol(digits, NULL, 16);
			p += 3;
		} else
			*to = *p++;
	}
	*to = '\0';
	return input;
}

int
spool_directory_each(const char *state,
    void (*visit)(void *owner, const char *input), void *owner)
{
	char *path = xasprintf("%s/spool", state);
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);
	int result = count >= 0 || errno == ENOENT ? 0 : -1;
	if (result == -1)
		log_warn("list %s", path);
	for (int i = 0; i < count; i++) {
		/* No name of ours begins with a dot. */
		if (names[i]->d_name[0] != '.') {
			char *input = input_of(names[i]->d_name);
			visit(owner, input);
			free(input);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	free(path);
	return result;
}

void
spool_directory_segment(uint64_t base, char name[SPOOL_NAME_LEN + 1])
{
	snprintf(name, SPOOL_NAME_LEN + 1, "%016" PRIx64, base);
}

/* 0 and the base, or -1: no segment has this name. */
static int
parse_name(const char *name, uint64_t *base)
{
	if (strlen(name) != SPOOL_NAME_LEN ||
	    strspn(name, "0123456789abcdef") != SPOOL_NAME_LEN)
		return -1;
	*base = strtoull(name, NULL, 16);
	return 0;
}

/* Open `name` in `parent`, and let go of `parent`.  -1 with errno set. */
static int
descend(int parent, const char *name, bool create)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags);
	if (fd == -1 && errno == ENOENT && create &&
	    (mkdirat(parent, name, 0700) == 0 || errno == EEXIST)) {
		fsync(parent); /* a new name: on the disk with what follows */
		fd = openat(parent, name, flags);
	}
	int why = errno;
	close(parent);
	errno = why;
	return fd;
}

static void
add(struct spool_directory *d, uint64_t base)
{
	if (d->count == d->capacity) {
		d->capacity = d->capacity > 0 ? 2 * d->capacity : 64;
		d->bases = xrealloc(d->bases, d->capacity * sizeof(*d->bases));
	}
	d->bases[d->count++] = base;
}

static int
ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static int
list(struct spool_directory *d)
{
	struct dirent *entry;
	uint64_t base;
	int fd = fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	if (dir == NULL) {
		log_warn("list %s", d->path);
		if (fd != -1)
			close(fd);
		return -1;
	}
	/* A segment that is not listed would count as lost. */
	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (parse_name(entry->d_name, &base) == 0)
			add(d, base);
	int why = errno;
	if (why != 0)
		log_warn("list %s", d->path);
	closedir(dir);
	if (why != 0)
		return -1;
	if (d->count > 0)
		qsort(d->bases, d->count, sizeof(*d->bases), ascending);
	return 0;
}

int
spool_directory_open(struct spool_directory *d, const char *state,
    const char *input, bool create)
{
	struct buffer name = { 0 };
	spool_directory_name(input, &name);
	buffer_append_byte(&name, '\0');
	*d = (struct spool_directory){ .path = xasprintf(
					   "%s/spool/%s", state, name.data) };
	d->fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd != -1)
		d->fd = descend(d->fd, "spool", create);
	if (d->fd != -1)
		d->fd = descend(d->fd, name.data, create);
	buffer_clear(&name);
	if (d->fd != -1 && list(d) == 0)
		return 1;
	int result = d->fd == -1 && errno == ENOENT && !create ? 0 : -1;
	if (d->fd == -1 && result == -1) {
		if (errno == ELOOP || errno == ENOTDIR)
			log_warnx("%s: not a directory; symbolic links are "
				  "not followed there",
			    d->path);
		else
			log_warn("open %s", d->path);
	}
	spool_directory_close(d);
	return result;
}

size_t
spool_directory_find(const struct spool_directory *d, uint64_t at)
{
	size_t low = 0, high = d->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (d->bases[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : 0;
}

bool
spool_directory_next(
    const struct spool_directory *d, uint64_t base, uint64_t *next)
{
	size_t i = spool_directory_find(d, base);
	if (i < d->count && d->bases[i] <= base)
		i++;
	if (i < d->count)
		*next = d->bases[i];
	return i < d->count;
}

int
spool_directory_read(const struct spool_directory *d, uint64_t base)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	char name[SPOOL_NAME_LEN + 1];
	struct stat st;
	spool_directory_segment(base, name);
	int fd = openat(d->fd, name, flags);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = ENXIO;
		return -1;
	}
	return fd;
}

int
spool_directory_create(struct spool_directory *d, uint64_t base)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(base, name);
	int fd = openat(d->fd, name, flags, 0600);
	if (fd != -1)
		add(d, base);
	return fd;
}

int
spool_directory_keep(const struct spool_directory *d, uint64_t base)
{
	char name[SPOOL_NAME_LEN + 1], kept[SPOOL_NAME_LEN + 16];
	spool_directory_segment(base, name);
	snprintf(kept, sizeof(kept), "%s.damaged", name);
	if (linkat(d->fd, name, d->fd, kept, 0) == 0 || errno == EEXIST)
		return 0;
	log_warn("link %s/%s to %s", d->path, name, kept);
	return -1;
}

int
spool_directory_remove(struct spool_directory *d, size_t index)
{
	char name[SPOOL_NAME_LEN + 1];
	spool_directory_segment(d->bases[index], name);
	FAULT("spool-unlink");
	if (unlinkat(d->fd, name, 0) == -1 && errno != ENOENT) {
		log_warn("unlink %s/%s", d->path, name);
		return -1;
	}
	d->count--;
	memmove(d->bases + index, d->bases + index + 1,
	    (d->count - index) * sizeof(*d->bases));
	return 0;
}

void
spool_directory_close(struct spool_directory *d)
{
	if (d->fd != -1)
		close(d->fd);
	free(d->path);
	free(d->bases);
	*d = (struct spool_directory){ .fd = -1 };
}
