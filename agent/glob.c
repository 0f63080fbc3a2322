#include "agent/glob.h"

#include <dirent.h>
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

static void
visit_file(struct walk *w)
{
	struct stat st;
	if (stat(here(w), &st) == 0)
		w->visitor->file(w->owner, here(w), &st);
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

static int
is_listed(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 &&
	    strcmp(entry->d_name, "..") != 0;
}

static bool
is_real_directory(struct walk *w, const char *name)
{
	struct stat st;
	size_t before = w->path.len;
	buffer_append(&w->path, name, strlen(name));
	bool is = lstat(here(w), &st) == 0 && S_ISDIR(st.st_mode);
	w->path.len = before;
	return is;
}

/* `**`: what follows may match here, or in any directory below. */
static void
walk_any_depth(struct walk *w, const char *pattern, const char *rest, int depth)
{
	struct dirent **entries;
	walk_from(w, rest, depth);
	if (depth == DEPTH_MAX)
		return;
	int count = scandir(here(w), &entries, is_listed, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		if (name[0] != '.' && is_real_directory(w, name))
			descend(w, name, strlen(name), pattern, depth + 1);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void
walk_wild(struct walk *w, const char *component, size_t len, const char *rest,
    int depth)
{
	struct dirent **entries;
	int count = scandir(here(w), &entries, is_listed, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		bool leads_on = rest == NULL || entries[i]->d_type != DT_REG;
		if (leads_on && component_matches(component, len, name))
			descend(w, name, strlen(name), rest, depth);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
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
