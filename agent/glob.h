/*
 * Files by pattern: the shell's wildcards in each component (fnmatch(3), a
 * leading dot only by a dot), and `**` for any number of directories, none
 * included.  glob(3) has no `**` and does not tell which directories to
 * watch.
 */
#ifndef AGENT_GLOB_H
#define AGENT_GLOB_H

#include <stdbool.h>
#include <sys/stat.h>

struct glob_visitor {
	/* A directory in which a match may appear. */
	void (*directory)(void *owner, const char *path);
	/* Something that matches, symbolic links followed. */
	void (*file)(void *owner, const char *path, const struct stat *st);
	/*
	 * What is there cannot be looked at (a directory) or leads nowhere (a
	 * match: ENOENT is a dangling link).  What is not there is not told.
	 * May be NULL.
	 */
	void (*failed)(void *owner, const char *path, int error);
};

/*
 * Visit what `pattern` (absolute, or relative to the working directory)
 * matches now, in the order of the names.  `**` does not follow symbolic links
 * to directories, which may form loops.
 */
void
glob_walk(const char *pattern, const struct glob_visitor *visitor, void *owner);

/*
 * Does `pattern` match the whole of `path`?  A pattern without '/' is
 * compared with the last component.
 */
bool glob_matches(const char *pattern, const char *path);

#endif
