#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/cutback.h"
#include "collector/ledger_files.h"
#include "collector/ledger_private.h"
#include "core/log.h"

/* One file of the ledger, at the start. */
struct recovery {
	struct ledger *ledger;
	const char *keep;
	const struct file_row *known;
	int base; /* -1: not there */
	char *name; /* that it has now; NULL: none that we know */
};

/* The file `name`; ENOENT if that is not the one we look for. */
static int
open_if_same(const struct recovery *r, const char *name)
{
	struct file_row found;
	int fd = beneath_open(
	    r->base, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return -1;
	if (cutback_look(fd, &found) == 0 &&
	    identity_is_same(&found.identity, &r->known->identity))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

/* The directory of the file's name, to be listed; NULL: not there. */
static DIR *
open_directory(const struct recovery *r, struct str folder)
{
	char *path = folder.len > 0 ? str_copy(folder) : xstrdup(".");
	int fd = folder.len > 0
	    ? beneath_open(r->base, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
	    : openat(r->base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(path);
	DIR *directory = fd != -1 ? fdopendir(fd) : NULL;
	if (directory == NULL && fd != -1)
		close(fd);
	return directory;
}

/* Look for it beside its old name, where logrotate moves files. */
static int
find_moved(struct recovery *r)
{
	const char *slash = strrchr(r->known->name.data, '/');
	struct str folder = r->known->name;
	folder.len = slash != NULL ? (size_t)(slash - folder.data) : 0;
	DIR *directory = open_directory(r, folder);
	struct dirent *entry;
	int fd = -1;
	while (fd == -1 && directory && (entry = readdir(directory)) != NULL) {
		if (entry->d_ino != r->known->identity.inode)
			continue;
		r->name = xasprintf(STR_FMT "%s%s", STR_ARG(folder),
		    folder.len > 0 ? "/" : "", entry->d_name);
		fd = open_if_same(r, r->name);
		if (fd == -1) {
			free(r->name);
			r->name = NULL;
		}
	}
	if (directory != NULL)
		closedir(directory);
	return fd;
}

/* Cut it, or say why not.  Returns the length that it has then. */
static uint64_t
take_back(const struct recovery *r, int fd)
{
	const struct ledger *l = r->ledger;
	struct cutback how = { l->stream, r->known->base.data, r->name,
		l->sync };
	struct sink_failure failure;
	struct file_row now;
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		log_warn("stream %s: %s%s: lock", l->stream, how.base, r->name);
		return r->known->length;
	}
	if (cutback_look(fd, &now) == -1 || now.length <= r->known->length)
		return r->known->length;
	uint64_t tail = now.length - r->known->length;
	if (r->keep != NULL) {
		log_warnx("stream %s: %s%s: %" PRIu64 " bytes were not "
			  "committed and are left: %s",
		    l->stream, how.base, r->name, tail, r->keep);
		return now.length;
	}
	/* Somebody else's: seen to by who opens it next. */
	if (tail > l->committed.most)
		return r->known->length;
	if (cutback_file(&how, fd, r->known->length, now.length, &failure) !=
	    SINK_DONE)
		log_warnx("stream %s: %s", l->stream, failure.why);
	return r->known->length;
}

/* By its name or another one, in `r->name`; -1 and errno. */
static int
find(struct recovery *r, bool *has_moved)
{
	const char *base = r->known->base.len > 0 ? r->known->base.data : ".";
	r->base = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->base == -1)
		return -1;
	r->name = xstrdup(r->known->name.data);
	int fd = open_if_same(r, r->name);
	*has_moved = fd == -1 && errno != EACCES && errno != EMFILE;
	if (!*has_moved)
		return fd;
	free(r->name);
	r->name = NULL;
	return find_moved(r);
}

/* In a transaction.  0, or -1 if the ledger cannot be written. */
static int
recover(struct recovery *r)
{
	struct ledger *l = r->ledger;
	struct file_row row = *r->known;
	bool has_moved = false;
	int result = 0, fd = find(r, &has_moved);
	/* A base that is not mounted today may be tomorrow. */
	if (fd == -1 && !has_moved && errno != ENOENT)
		log_warn(
		    "stream %s: %s%s", l->stream, row.base.data, row.name.data);
	else if (fd != -1)
		row.length = take_back(r, fd);
	if (has_moved)
		result = ledger_store_drop_file(l->store, row.base, row.name);
	else if (row.length != r->known->length)
		result =
		    ledger_store_put_file(l->store, &row, l->chains.activity);
	if (fd != -1)
		close(fd);
	if (r->base != -1)
		close(r->base);
	free(r->name);
	return result;
}

int
ledger_files_recover(struct ledger *l, const char *keep)
{
	struct file_row *rows;
	size_t count;
	if (ledger_store_list_files(l->store, &rows, &count) == -1)
		return -1;
	bool good = ledger_store_begin(l->store) == 0;
	for (size_t i = 0; good && i < count; i++) {
		struct recovery r = { l, keep, &rows[i], -1, NULL };
		good = recover(&r) == 0;
	}
	free(rows);
	return ledger_store_end(l->store, good);
}
