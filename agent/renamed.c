#include "agent/renamed.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/str.h"
#include "core/xalloc.h"

static bool
is_the_file(const char *path, const struct identity *identity)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_dev == identity->device && st.st_ino == identity->inode;
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
