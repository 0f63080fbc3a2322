#include "agent/rejected.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.h"
#include "core/json.h"
#include "core/log.h"
#include "core/random.h"
#include "core/write_all.h"
#include "core/xalloc.h"

#define TEMPORARY "new"

struct rejected {
	char *path;
	int state; /* the directory it is in */
	bool said; /* that there are any */
	bool full; /* and said */
	bool failing;
};

/* What is there already. */
struct stock {
	uint64_t files, bytes;
};

static int
fail(struct rejected *r, const char *what)
{
	if (!r->failing)
		log_warn("%s %s", what, r->path);
	r->failing = true;
	return -1;
}

struct rejected *
rejected_open(const char *state)
{
	struct rejected *r = xcalloc(1, sizeof(*r));
	r->path = xasprintf("%s/rejected", state);
	r->state = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->state != -1)
		return r;
	log_warn("open %s", state);
	rejected_close(r);
	return NULL;
}

/* Anew for each line: people look in there, and clear it. */
static int
open_directory(struct rejected *r)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (mkdirat(r->state, "rejected", 0700) == 0)
		fsync(r->state);
	int fd = openat(r->state, "rejected", flags);
	return fd != -1 ? fd : fail(r, "open");
}

static int
count(struct rejected *r, int directory, struct stock *stock)
{
	struct dirent *entry;
	struct stat st;
	*stock = (struct stock){ 0 };
	int fd = dup(directory);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return fail(r, "list");
	}
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(directory, entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode)) {
			stock->files++;
			stock->bytes += (uint64_t)st.st_size;
		}
	closedir(dir);
	return 0;
}

/* The first line of the file, and the rest. */
static void
describe(const struct record *line, struct str reason, struct buffer *out)
{
	struct json *j = json_new();
	json_set_text(j, "reason", reason);
	json_set_integer(j, "time", line->time);
	json_set_integer(j, "received", line->received);
	json_set_text(j, "key", line->key);
	json_set_text(j, "host", line->host);
	json_set_text(j, "program", line->program);
	json_set_text(j, "path", line->path);
	json_set_text(j, "source", line->source);
	json_set_integer(j, "pos", (int64_t)line->pos);
	json_set_integer(j, "part", line->part);
	json_set_integer(j, "length", (int64_t)line->body.len);
	json_append(j, out);
	json_free(j);
	buffer_append_byte(out, '\n');
	buffer_append_str(out, line->body);
}

/* The file is there under its name, and whole, or not at all. */
static int
write_file(
    struct rejected *r, int directory, const char *name, struct str bytes)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(directory, TEMPORARY, flags, 0600);
	if (fd == -1)
		return fail(r, "create a file in");
	int result = write_all(fd, bytes) == 0 ? fsync(fd) : -1;
	if (result == -1)
		fail(r, "write a file in");
	close(fd);
	FAULT("rejected-rename");
	if (result == 0 &&
	    (renameat(directory, TEMPORARY, directory, name) == -1 ||
		fsync(directory) == -1))
		result = fail(r, "rename a file in");
	if (result == -1)
		unlinkat(directory, TEMPORARY, 0);
	return result == 0 ? 1 : -1;
}

static bool
has_room(struct rejected *r, const struct stock *stock, size_t more)
{
	bool full = stock->files >= REJECTED_FILES ||
	    stock->bytes + more > REJECTED_BYTES;
	if (full && !r->full)
		log_warnx("%s: full: %" PRIu64 " lines, %" PRIu64
			  " bytes; what the broker refuses from now on is "
			  "dropped and counted",
		    r->path, stock->files, stock->bytes);
	r->full = full;
	return !full;
}

static int
put(struct rejected *r, int directory, const char *name, struct str bytes)
{
	struct stock stock;
	struct stat st;
	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	unlinkat(directory, TEMPORARY, 0); /* of one that was killed */
	if (count(r, directory, &stock) == -1)
		return -1;
	if (!has_room(r, &stock, bytes.len))
		return 0;
	return write_file(r, directory, name, bytes);
}

int
rejected_put(struct rejected *r, const struct record *line, struct str reason)
{
	char name[RANDOM_ID_LEN + 32];
	struct buffer bytes = { 0 };
	assert(line->source.len == RANDOM_ID_LEN); /* only ours come here */
	snprintf(name, sizeof(name), STR_FMT "-%016" PRIx64,
	    STR_ARG(line->source), line->pos);
	int directory = open_directory(r);
	if (directory == -1)
		return -1;
	describe(line, reason, &bytes);
	int result = put(r, directory, name, buffer_str(&bytes));
	close(directory);
	buffer_clear(&bytes);
	if (result != 1)
		return result;
	if (!r->said)
		log_warnx("%s/%s: refused by the broker and set aside: " STR_FMT
			  "; weir spool ls lists them",
		    r->path, name, STR_ARG(reason));
	r->said = true;
	r->failing = false;
	return 1;
}

void
rejected_close(struct rejected *r)
{
	if (r == NULL)
		return;
	if (r->state != -1)
		close(r->state);
	free(r->path);
	free(r);
}
