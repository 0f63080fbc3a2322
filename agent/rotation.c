#include "agent/rotation.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/str.h"
#include "core/xalloc.h"

/* Numbers with more digits are dates: they rise, others rise with age. */
#define NUMBER_DIGITS 5

static bool
ends_with(const char *name, size_t len, const char *end)
{
	size_t n = strlen(end);
	return len > n && memcmp(name + len - n, end, n) == 0;
}

/* The length without ".gz", or what a compressor calls that before it is
 * finished; `len` if it is none. */
static size_t
without_compression(const char *name, size_t len)
{
	static const char *const ends[] = { ".gz", ".gz.tmp", ".gz.part" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(name, len, ends[i]))
			return len - strlen(ends[i]);
	return len;
}

/* The length without ".1", "-20261121-0400" and the like at the end. */
static size_t
without_numbers(const char *name, size_t len)
{
	for (;;) {
		size_t at = len;
		while (at > 0 && isdigit((unsigned char)name[at - 1]))
			at--;
		if (at == len || at < 2 || strchr(".-_", name[at - 1]) == NULL)
			return len;
		len = at - 1;
	}
}

static size_t
without_suffix(const char *name, size_t len)
{
	static const char *const ends[] = { ".old", ".bak", "~" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(name, len, ends[i]))
			return len - strlen(ends[i]);
	return without_numbers(name, len);
}

char *
rotation_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	const char *name = path + folder;
	size_t len = without_compression(name, strlen(name));
	size_t base = without_suffix(name, len);
	if (base < len)
		return str_copy((struct str){ path, folder + base });
	const char *dot = memrchr(name, '.', len);
	size_t stem = dot != NULL ? (size_t)(dot - name) : len;
	size_t rest = len - stem;
	base = without_numbers(name, stem);
	return xasprintf("%.*s%.*s%.*s", (int)folder, path, (int)base, name,
	    (int)rest, name + stem);
}

bool
rotation_is_compressed(const char *path)
{
	size_t len = strlen(path);
	return without_compression(path, len) < len;
}

struct rotated
rotated_new(const char *path, const struct stat *st)
{
	return (struct rotated){
		.path = xstrdup(path), .base = rotation_base(path), .st = *st
	};
}

void
rotated_clear(struct rotated *r)
{
	free(r->path);
	free(r->base);
}

/* The number in what a rotation added: the higher, the older. */
static long long
age_of(const struct rotated *r)
{
	size_t same = 0;
	while (r->base[same] != '\0' && r->base[same] == r->path[same])
		same++;
	const char *digits = r->path + same;
	digits += strcspn(digits, "0123456789");
	size_t count = strspn(digits, "0123456789");
	if (count == 0)
		return LLONG_MIN; /* the newest of all */
	long long number = strtoll(digits, NULL, 10);
	return count > NUMBER_DIGITS ? -number : number;
}

int
rotated_compare(const void *a, const void *b)
{
	const struct rotated *x = a, *y = b;
	int order = strcmp(x->base, y->base);
	struct timespec s = x->st.st_mtim, t = y->st.st_mtim;
	if (order != 0)
		return order;
	if (s.tv_sec != t.tv_sec)
		return s.tv_sec < t.tv_sec ? -1 : 1;
	if (s.tv_nsec != t.tv_nsec)
		return s.tv_nsec < t.tv_nsec ? -1 : 1;
	long long older = age_of(x), newer = age_of(y);
	if (older != newer)
		return older > newer ? -1 : 1;
	return strcmp(x->path, y->path);
}

bool
rotated_is_quiet(const struct stat *st, int64_t patience)
{
	/* A copy may have its original's time of modification (cp -p). */
	int64_t changed =
	    st->st_ctim.tv_sec * NS_PER_SECOND + st->st_ctim.tv_nsec;
	return clock_realtime() - changed > patience;
}

int
rotated_open(const struct rotated *file)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd = open(file->path, flags);
	if (fd != -1 &&
	    (fstat(fd, &st) == -1 || st.st_ino != file->st.st_ino ||
		st.st_dev != file->st.st_dev)) {
		close(fd);
		fd = -1;
	}
	return fd;
}
