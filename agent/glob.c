#include "agent/glob.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/xalloc.h"

/* Deeper trees are not walked by `**`. */
#define DEPTH_MAX 64

struct walk {
	const struct glob_visitor *visitor;
	void *owner;
	struct buffer path; /* of the present directory, ends in '/' or "" */
};

static void walk_from(struct walk *w, const char *pattern, int depth);

static bool
is_wild(const char *component, size_t len)
{
	return strcspn(component, "*?[\\") < len;
}

static bool
is_any_depth(const char *component, size_t len)
{
	return len == 2 && component[0] == '*' && component[1] == '*';
}

/* fnmatch of a component that is not NUL-terminated. */
static bool
component_matches(const char *component, size_t len, const char *name)
{
	char pattern[NAME_MAX + 1];
	if (len > NAME_MAX)
		return false;
	memcpy(pattern, component, len);
	pattern[len] = '\0';
	return fnmatch(pattern, name, FNM_PERIOD) == 0;
}

/* The path so far as a C string; "." for the working directory. */
static const char *
here(struct walk *w)
{
	*buffer_room(&w->path, 1) = '\0';
	return w->path.len > 0 ? w->path.data : ".";
}

/* `path` cannot be looked at: is that worth telling? */
static void
report(struct walk *w, int error)
{
	struct stat st;
	const char *path = here(w);
	bool is_absent =
	    error == ENOTDIR || (error == ENOENT && lstat(path, &st) == -1);
	if (!is_absent && w->visitor->failed != NULL)
		w->visitor->failed(w->owner, path, error);
}

static void
visit_file(struct walk *w)
{
	struct stat st;
	if (stat(here(w), &st) == 0)
		w->visitor->file(w->owner, here(w), &st);
	else
		report(w, errno);
}

/* Step into `name`, go on with the rest of the pattern, and step back. */
static void
descend(
    struct walk *w, const char *name, size_t len, const char *rest, int depth)
{
	size_t before = w->path.len;
	buffer_append(&w->path, name, len);
	if (rest == NULL)
		visit_file(w);
	else {
		buffer_append_byte(&w->path, '/');
		walk_from(w, rest, depth);
	}
	w->path.len = before;
}

/* Names in a directory, with what readdir(3) knows of them. */
struct listing {
	struct buffer names; /* each: its d_type, itself, a NUL */
	char **sorted;
	size_t count;
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

static void
sort(struct listing *l)
{
	char *p = l->names.data;
	l->sorted = xcalloc(l->count + 1, sizeof(*l->sorted));
	for (size_t i = 0; i < l->count; i++) {
		l->sorted[i] = p;
		p += 1 + strlen(p + 1) + 1;
	}
	qsort(l->sorted, l->count, sizeof(*l->sorted), compare_names);
}

/* Those of the present directory that match the component. */
static struct listing
list(struct walk *w, const char *component, size_t len)
{
	struct listing l = { .count = 0 };
	char pattern[NAME_MAX + 1];
	const struct dirent *entry;
	DIR *dir = len <= NAME_MAX ? opendir(here(w)) : NULL;
	if (dir == NULL) {
		report(w, len <= NAME_MAX ? errno : ENOTDIR);
		return l;
	}
	memcpy(pattern, component, len);
	pattern[len] = '\0';
	/* An error (EIO) ends the list and is told. */
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fnmatch(pattern, entry->d_name, FNM_PERIOD) != 0)
			continue;
		buffer_append_byte(&l.names, (char)entry->d_type);
		buffer_append(
		    &l.names, entry->d_name, strlen(entry->d_name) + 1);
		l.count++;
	}
	if (errno != 0)
		report(w, errno);
	closedir(dir);
	sort(&l);
	return l;
}

static void
listing_clear(struct listing *l)
{
	buffer_clear(&l->names);
	free(l->sorted);
}

static bool
is_real_directory(struct walk *w, const char *entry)
{
	struct stat st;
	if (entry[0] != DT_UNKNOWN)
		return entry[0] == DT_DIR;
	size_t before = w->path.len;
	buffer_append(&w->path, entry + 1, strlen(entry + 1));
	bool is = lstat(here(w), &st) == 0 && S_ISDIR(st.st_mode);
	w->path.len = before;
	return is;
}

/* `**`: what follows may match here, or in any directory below. */
static void
walk_any_depth(struct walk *w, const char *pattern, const char *rest, int depth)
{
	walk_from(w, rest, depth);
	if (depth == DEPTH_MAX)
		return;
	struct listing l = list(w, "*", 1);
	for (size_t i = 0; i < l.count; i++) {
		const char *entry = l.sorted[i];
		if (is_real_directory(w, entry))
			descend(w, entry + 1, strlen(entry + 1), pattern,
			    depth + 1);
	}
	listing_clear(&l);
}

static void
walk_wild(struct walk *w, const char *component, size_t len, const char *rest,
    int depth)
{
	struct listing l = list(w, component, len);
	for (size_t i = 0; i < l.count; i++) {
		const char *entry = l.sorted[i];
		if (rest == NULL || entry[0] != DT_REG)
			descend(w, entry + 1, strlen(entry + 1), rest, depth);
	}
	listing_clear(&l);
}

static void
walk_from(struct walk *w, const char *pattern, int depth)
{
	while (*pattern == '/')
		pattern++;
	size_t len = strcspn(pattern, "/");
	const char *rest = pattern[len] == '/' ? pattern + len + 1 : NULL;
	if (len == 0)
		return;
	if (is_any_depth(pattern, len)) {
		w->visitor->directory(w->owner, here(w));
		walk_any_depth(w, pattern, rest ? rest : "*", depth);
	} else if (is_wild(pattern, len)) {
		w->visitor->directory(w->owner, here(w));
		walk_wild(w, pattern, len, rest, depth);
	} else {
		if (rest == NULL)
			w->visitor->directory(w->owner, here(w));
		descend(w, pattern, len, rest, depth);
	}
}

void
glob_walk(const char *pattern, const struct glob_visitor *visitor, void *owner)
{
	struct walk w = { visitor, owner, { 0 } };
	if (pattern[0] == '/')
		buffer_append_byte(&w.path, '/');
	walk_from(&w, pattern, 0);
	buffer_clear(&w.path);
}

static bool
matches_from(const char *pattern, const char *path)
{
	while (*pattern == '/')
		pattern++;
	while (*path == '/')
		path++;
	size_t plen = strcspn(pattern, "/"), len = strcspn(path, "/");
	if (plen == 0 || len == 0)
		return plen == 0 && len == 0;
	if (is_any_depth(pattern, plen))
		return pattern[plen] == '\0' ||
		    matches_from(pattern + plen, path) ||
		    matches_from(pattern, path + len);
	char name[NAME_MAX + 1];
	if (len > NAME_MAX)
		return false;
	memcpy(name, path, len);
	name[len] = '\0';
	return component_matches(pattern, plen, name) &&
	    matches_from(pattern + plen, path + len);
}

bool
glob_matches(const char *pattern, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (strchr(pattern, '/') == NULL)
		return fnmatch(pattern, slash ? slash + 1 : path, 0) == 0;
	return matches_from(pattern, path);
}
