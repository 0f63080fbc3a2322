#include "collector/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/str.h"

enum {
	FOLLOW = 1, /* symbolic links */
	MAKE = 2, /* directories that are missing */
	SYNC = 4, /* directories that got a new name */
};

/* The last step of a clean-up, after which errno still says what failed. */
static void
close_quietly(int fd)
{
	int saved = errno;
	close(fd);
	errno = saved;
}

/* `dir` may be O_PATH, which fsync does not take. */
static int
sync_directory(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	int result = fsync(fd);
	close_quietly(fd);
	return result;
}

static int
make_directory(int dir, const char *name, int how)
{
	if (mkdirat(dir, name, 0750) == -1)
		return errno == EEXIST ? 0 : -1;
	if ((how & SYNC) && sync_directory(dir) == -1) {
		int saved = errno;
		unlinkat(dir, name, AT_REMOVEDIR);
		errno = saved;
		return -1;
	}
	return 0;
}

/* The directory `word` in `dir`. */
static int
step(int dir, struct str word, int how)
{
	char name[NAME_MAX + 1];
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	if (!(how & FOLLOW))
		flags |= O_NOFOLLOW;
	if (word.len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, word.data, word.len);
	name[word.len] = '\0';
	int fd = openat(dir, name, flags);
	if (fd == -1 && errno == ENOENT && (how & MAKE)) {
		if (make_directory(dir, name, how) == -1)
			return -1;
		fd = openat(dir, name, flags);
	}
	return fd;
}

/*
 * Go through all of `name` up to its last '/'.  Returns the directory and
 * points `last` at what comes after.
 */
static int
walk(int base, const char *name, int how, const char **last)
{
	const char *slash;
	int dir = fcntl(base, F_DUPFD_CLOEXEC, 0);
	while (dir != -1 && (slash = strchr(name, '/')) != NULL) {
		struct str word = { name, (size_t)(slash - name) };
		name = slash + 1;
		if (word.len == 0)
			continue;
		int next = step(dir, word, how);
		close_quietly(dir);
		dir = next;
	}
	*last = name;
	return dir;
}

int
beneath_base(const char *path, bool sync)
{
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	int base = open(*path ? path : ".", flags);
	if (base != -1 || errno != ENOENT)
		return base;
	int root = open(*path == '/' ? "/" : ".", flags);
	if (root == -1)
		return -1;
	const char *last;
	base = walk(root, path, FOLLOW | MAKE | (sync ? SYNC : 0), &last);
	close_quietly(root);
	return base;
}

/* openat2 would let ".." pass where it stays beneath; the walk would not. */
static int
check_name(const char *name)
{
	struct str rest = str_from(name), word;
	bool good = *name != '/' && *name != '\0';
	while (good && str_next_word(&rest, "/", &word))
		good = !str_equal(word, (struct str)STR("..")) &&
		    !str_equal(word, (struct str)STR("."));
	if (!good)
		errno = EXDEV;
	return good ? 0 : -1;
}

int
beneath_walk(int base, const char *name, int flags)
{
	const char *last;
	if (check_name(name) == -1)
		return -1;
	int dir = walk(base, name, 0, &last);
	if (dir == -1)
		return -1;
	int fd = openat(dir, last, flags | O_NOFOLLOW);
	close_quietly(dir);
	return fd;
}

int
beneath_open(int base, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	if (check_name(name) == -1)
		return -1;
	long fd = syscall(SYS_openat2, base, name, &how, sizeof(how));
	if (fd == -1 && (errno == ENOSYS || errno == EPERM))
		return beneath_walk(base, name, flags);
	return (int)fd;
}

int
beneath_create(int base, const char *name, int flags, bool sync)
{
	const char *last;
	if (check_name(name) == -1)
		return -1;
	int dir = walk(base, name, MAKE | (sync ? SYNC : 0), &last);
	if (dir == -1)
		return -1;
	int fd = openat(dir, last, flags | O_CREAT | O_EXCL | O_NOFOLLOW, 0640);
	if (fd != -1 && sync && sync_directory(dir) == -1) {
		unlinkat(dir, last, 0);
		close_quietly(fd);
		fd = -1;
	}
	close_quietly(dir);
	return fd;
}
