/*
 * The names that rotations give: NAME.1, NAME-20261121, NAME.2.gz, NAME.old,
 * and with the number in front of the extension, app.1.log of app.log.
 */
#ifndef AGENT_ROTATION_H
#define AGENT_ROTATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/*
 * The name that `path` had before it was rotated, or its own: equal for all
 * generations of a log.  The caller frees it.
 */
char *rotation_base(const char *path);

/* Does it end in .gz, or .gz.tmp or .gz.part as long as it is written? */
bool rotation_is_compressed(const char *path);

/* A file and when it was written to last. */
struct rotated {
	char *path;
	char *base;
	struct stat st;
	bool known; /* whoever asks has met it before */
};

struct rotated rotated_new(const char *path, const struct stat *st);
void rotated_clear(struct rotated *r);

/*
 * For qsort: generations of a log stand together, the oldest in front: by the
 * time of their last change, then by their numbers.
 */
int rotated_compare(const void *a, const void *b);

/* Was it neither written to nor renamed for `patience` (ns)? */
bool rotated_is_quiet(const struct stat *st, int64_t patience);

/* Open it for reading.  -1: it is not there, or another has its name already.
 */
int rotated_open(const struct rotated *file);

#endif
