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

static int
look_into(DIR *dir, const char *directory, const struct identity *identity,
    char **found)
{
	const struct dirent *entry;
	int result = 0;
	while (result != 1 && (entry = readdir(dir)) != NULL) {
		if (entry->d_ino != identity->inode)
			continue;
		*found = xasprintf("%s%s", directory, entry->d_name);
		int same = is_the_file(*found, identity);
		result = same != 0 ? same : result;
		if (same != 1) {
			free(*found);
			*found = NULL;
		}
	}
	return result;
}

int
renamed_find(const char *path, const struct identity *identity, char **found)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	char *directory =
	    len > 0 ? str_copy((struct str){ path, len }) : xstrdup("./");
	DIR *dir = opendir(directory);
	int result = dir != NULL || errno == ENOENT ? 0 : -1;
	*found = NULL;
	if (dir != NULL)
		result = look_into(dir, directory, identity, found);
	if (dir != NULL)
		closedir(dir);
	if (result == 0 && !is_of_its_file_system(directory, identity)) {
		errno = ESTALE;
		result = -1;
	}
	free(directory);
	return result;
}
