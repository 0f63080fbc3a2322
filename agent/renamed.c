#include "agent/renamed.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/str.h"
#include "core/xalloc.h"

static bool
is_the_file(const char *path, const struct identity *identity)
{
	struct identity found;
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return false;
	/* An inode number alone may be another file's by now. */
	bool same = identity_read(fd, &found) == 0 &&
	    identity_is_same(&found, identity);
	close(fd);
	return same;
}

char *
renamed_find(const char *path, const struct identity *identity)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	char *directory =
	    len > 0 ? str_copy((struct str){ path, len }) : xstrdup("./");
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	char *found = NULL;
	while (dir != NULL && found == NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_ino != identity->inode)
			continue;
		found = xasprintf("%s%s", directory, entry->d_name);
		if (!is_the_file(found, identity)) {
			free(found);
			found = NULL;
		}
	}
	if (dir != NULL)
		closedir(dir);
	free(directory);
	return found;
}
