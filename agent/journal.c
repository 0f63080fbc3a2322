#include "agent/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>

#include "core/clock.h"
#include "core/xalloc.h"
#include "record/record.h"

/* A compressed field is unpacked up to here: no line is longer. */
#define FIELD_MAX ((size_t)64 << 20)

#define USEC 1000 /* ns */

struct place {
	dev_t device;
	ino_t inode;
};

struct journal {
	sd_journal *handle;
	const struct string_list *paths;
	struct place *places; /* where they led when they were opened */
};

/* libsystemd watches what is there of these: the second comes at boot, when
 * journald has a disk, and what was in the first moves there. */
static char run_log[] = "/run/log/journal", var_log[] = "/var/log/journal";
static char *system_items[] = { run_log, var_log };
static const struct string_list system_paths = { system_items, 2 };

static struct place
place_of(const char *path)
{
	struct stat st;
	if (stat(path, &st) == -1)
		return (struct place){ 0, 0 };
	return (struct place){ st.st_dev, st.st_ino };
}

/* sd_journal_open_files(3) takes a list that NULL ends. */
static int
open_files(sd_journal **handle, const struct string_list *paths)
{
	const char **list = xcalloc(paths->count + 1, sizeof(*list));
	for (size_t i = 0; i < paths->count; i++)
		list[i] = paths->items[i];
	int rc = sd_journal_open_files(handle, list, 0);
	free(list);
	return rc;
}

static int
open_handle(sd_journal **handle, const struct string_list *paths)
{
	struct stat st;
	if (paths->count == 0) {
		int rc = sd_journal_open(handle, SD_JOURNAL_LOCAL_ONLY);
		/* It opens no file, and says nothing, who may read none. */
		if (rc >= 0 && sd_journal_has_runtime_files(*handle) == 0 &&
		    sd_journal_has_persistent_files(*handle) == 0) {
			sd_journal_close(*handle);
			return -ENODATA;
		}
		return rc;
	}
	if (stat(paths->items[0], &st) == -1)
		return -errno;
	if (paths->count == 1 && S_ISDIR(st.st_mode))
		return sd_journal_open_directory(handle, paths->items[0], 0);
	return open_files(handle, paths);
}

int
journal_open(const struct input_options *options, struct journal **out)
{
	const struct string_list *paths = &options->journal_path;
	sd_journal *handle = NULL;
	int rc = open_handle(&handle, paths);
	if (rc < 0)
		return rc;
	if (paths->count == 0)
		paths = &system_paths;
	sd_journal_set_data_threshold(handle, FIELD_MAX);
	rc = sd_journal_get_fd(handle); /* watches begin here, not later */
	if (rc < 0) {
		sd_journal_close(handle);
		return rc;
	}
	struct journal *j = xcalloc(1, sizeof(*j));
	*j = (struct journal){ .handle = handle,
		.paths = paths,
		.places = xcalloc(paths->count, sizeof(*j->places)) };
	for (size_t i = 0; i < paths->count; i++)
		j->places[i] = place_of(paths->items[i]);
	*out = j;
	return 0;
}

int
journal_to_beginning(struct journal *j)
{
	return sd_journal_seek_head(j->handle);
}

int
journal_to_time(struct journal *j, int64_t since)
{
	uint64_t usec = since > 0 ? (uint64_t)(since / USEC) : 0;
	return sd_journal_seek_realtime_usec(j->handle, usec);
}

int
journal_to_end(struct journal *j, struct buffer *cursor)
{
	int rc = sd_journal_seek_tail(j->handle);
	if (rc >= 0)
		rc = sd_journal_previous(j->handle);
	if (rc == 0)
		return -ENODATA;
	return rc < 0 ? rc : journal_cursor(j, cursor);
}

int
journal_to_cursor(struct journal *j, const char *cursor)
{
	int rc = sd_journal_seek_cursor(j->handle, cursor);
	if (rc >= 0)
		rc = sd_journal_next(j->handle);
	if (rc < 0)
		return rc;
	int there = rc > 0 ? journal_is_at(j, cursor) : 0;
	rc = sd_journal_seek_cursor(j->handle, cursor);
	return rc < 0 ? rc : there;
}

int
journal_match(struct journal *j, const struct string_list *match)
{
	int rc = 0;
	for (size_t i = 0; i < match->count && rc >= 0; i++)
		if (strcmp(match->items[i], "+") == 0)
			rc = sd_journal_add_disjunction(j->handle);
		else
			rc =
			    sd_journal_add_match(j->handle, match->items[i], 0);
	return rc;
}

int
journal_next(struct journal *j)
{
	return sd_journal_next(j->handle);
}

/* Behind the numbers of its file: boot, clocks and a sum of its content. */
static const char *
content_of(const char *cursor)
{
	const char *boot = strstr(cursor, ";b=");
	return boot != NULL ? boot : cursor;
}

int
journal_is_at(struct journal *j, const char *cursor)
{
	char *here = NULL;
	int rc = sd_journal_get_cursor(j->handle, &here);
	if (rc < 0)
		return rc;
	bool same = strcmp(content_of(here), content_of(cursor)) == 0;
	free(here);
	return same;
}

int
journal_cursor(struct journal *j, struct buffer *cursor)
{
	char *text = NULL;
	int rc = sd_journal_get_cursor(j->handle, &text);
	if (rc < 0)
		return rc;
	buffer_append_str(cursor, str_from(text));
	free(text);
	return 0;
}

static void
give(const struct journal_wanted *wanted, struct journal_entry *e,
    const char *data, size_t len)
{
	const char *equals = memchr(data, '=', len);
	if (equals == NULL)
		return;
	size_t name = (size_t)(equals - data);
	journal_entry_field(e, wanted, (struct str){ data, name },
	    (struct str){ equals + 1, len - name - 1 });
}

int
journal_read(struct journal *j, const struct journal_wanted *wanted,
    struct journal_entry *e)
{
	const void *data;
	size_t len;
	uint64_t usec = 0;
	int rc;
	journal_entry_begin(e);
	sd_journal_restart_data(j->handle);
	while ((rc = sd_journal_enumerate_available_data(
		    j->handle, &data, &len)) > 0) {
		if (len >= FIELD_MAX)
			e->flags |= RECORD_TRUNCATED;
		give(wanted, e, data, len);
	}
	int dated = sd_journal_get_realtime_usec(j->handle, &usec);
	if (dated < 0 || usec > INT64_MAX / USEC)
		usec = 0;
	journal_entry_end(e, (int64_t)usec * USEC);
	return rc < 0 ? rc : dated < 0 ? dated : 0;
}

int
journal_fd(struct journal *j)
{
	return sd_journal_get_fd(j->handle);
}

int
journal_process(struct journal *j)
{
	int rc = sd_journal_process(j->handle);
	return rc < 0 ? rc : rc == SD_JOURNAL_INVALIDATE;
}

bool
journal_is_gone(const struct journal *j)
{
	for (size_t i = 0; i < j->paths->count; i++) {
		struct place now = place_of(j->paths->items[i]);
		if (now.inode != j->places[i].inode ||
		    now.device != j->places[i].device)
			return true;
	}
	return false;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	sd_journal_close(j->handle);
	free(j->places);
	free(j);
}
