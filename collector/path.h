/*
 * The name of the file a record goes to, from a path template such as
 * "/srv/logs/${host}/${facility}-%Y%m%d.log".
 *
 * Up to the last '/' before the first field or time the path is the
 * administrator's alone: the base, which always ends in '/' or is empty (the
 * current directory).  What follows, the name, is partly a stranger's.
 * Invariant: a name has as many '/' as its template, no component of it is
 * "." or ".." or longer than PATH_COMPONENT_MAX bytes, and no byte of a field
 * ever acts as a part of a time format.
 *
 * Fields are cleaned: '/' and control bytes become '_', an empty value "-",
 * "." and ".." become "_" and "__", and what is longer than PATH_FIELD_MAX
 * bytes is cut at a UTF-8 boundary.  Time formats are strftime's, of the
 * record's time in local time.
 */
#ifndef COLLECTOR_PATH_H
#define COLLECTOR_PATH_H

#include <stdbool.h>

#include "record/record.h"

#define PATH_FIELD_MAX 100
/* Short of NAME_MAX, so that suffixes of rotation still fit. */
#define PATH_COMPONENT_MAX 230

struct path;

/*
 * On failure returns NULL and points `*error` at a static part of a
 * sentence: "names a directory, not a file".
 */
struct path *path_new(const char *text, const char **error);

/* The base directory; lives as long as `p`. */
const char *path_base(const struct path *p);

/*
 * Make the name for `r`.  Returns false if it is sure to be the same as last
 * time, which costs next to nothing for a path without fields.
 */
bool path_update(struct path *p, const struct record *r);

/* The name made last, relative to the base; valid until the next update. */
const char *path_name(const struct path *p);

void path_free(struct path *p);

#endif
