#include "agent/renamed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/str.h"
#include "core/xalloc.h"

/* 1; 0: another file; -1: cannot be told. */
static int
is_the_file(const char *path, const struct identity *identity)
{
	struct identity found;
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	/* An inode number alone may be another file's by now. */
	int same = identity_read(fd, &found) == 0
	    ? identity_is_same(&found, identity)
	    : -1;
	close(fd);
	return same;
}

/* Of `directory`, or of what is left of the way to it. */
static bool
is_of_its_file_system(char *directory, const struct identity *identity)
{
	struct stat st;
	size_t len = strlen(directory);
	while (stat(directory, &st) == -1) {
		if (errno != ENOENT)
			return false;
		while (len > 0 && directory[len - 1] == '/')
			len--;
		while (len > 0 && directory[len - 1] != '/')
			len--;
		if (len == 0)
			return false;
		directory[len] = '\0';
	}
	return st.st_dev == identity->device;
}

/* The same of `name`, which has its inode's number; 1: `*found` has it. */
static int
look_at(const char *directory, const char *name,
    const struct identity *identity, char **found)
{
	*found = xasprintf("%s%s", directory, name);
	int same = is_the_file(*found, identity);
	if (same == 1)
		return 1;
	free(*found);
	*found = NULL;
	return same;
}

static int
look_into(DIR *dir, const char *directory, const struct identity *identity,
    char **found)
{
	const struct dirent *entry;
	int result = 0;
	while (result != 1 && (entry = readdir(dir)) != NULL) {
		if (entry->d_ino != identity->inode)
			continue;
		int same = look_at(directory, entry->d_name, identity, found);
		result = same != 0 ? same : result;
	}
	return result;
}

static int
look_into_listing(struct listings *listings, const char *directory,
    const struct identity *identity, char **found)
{
	const struct listed *entry;
	int result = 0;
	if (listings_read(listings, directory) == -1)
		return errno == ENOENT ? 0 : -1;
	entry = listings_find(listings, directory, identity->inode);
	for (; entry != NULL && result != 1; entry = listed_next(entry)) {
		int same = look_at(directory, entry->name, identity, found);
		result = same != 0 ? same : result;
	}
	return result;
}

static int
look_into_directory(
    const char *directory, const struct identity *identity, char **found)
{
	DIR *dir = opendir(directory);
	if (dir == NULL)
		return errno == ENOENT ? 0 : -1;
	int result = look_into(dir, directory, identity, found);
	closedir(dir);
	return result;
}

int
renamed_find(const char *path, const struct identity *identity, char **found)
{
	return renamed_find_among(NULL, path, identity, found);
}

int
renamed_find_among(struct listings *listings, const char *path,
    const struct identity *identity, char **found)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	char *directory =
	    len > 0 ? str_copy((struct str){ path, len }) : xstrdup("./");
	*found = NULL;
	int result = listings != NULL
	    ? look_into_listing(listings, directory, identity, found)
	    : look_into_directory(directory, identity, found);
	if (result == 0 && !is_of_its_file_system(directory, identity)) {
		errno = ESTALE;
		result = -1;
	}
	free(directory);
	return result;
}
