#include "record/zone.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/xalloc.h"
#include "record/civil.h"
#include "record/zone_rules.h"

#define ZONES "/usr/share/zoneinfo"
/* The largest file of 2025b has 3,545 bytes. */
#define FILE_MAX ((size_t)64 << 10)
#define DAY 86400

struct zone {
	struct zone_rules rules;
};

static int
read_path(const char *path, struct buffer *bytes)
{
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return -1;
	while (n > 0 && bytes->len < FILE_MAX) {
		n = read(fd, buffer_room(bytes, FILE_MAX), FILE_MAX);
		bytes->len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return n == 0 ? 0 : -1;
}

static int
read_zone(struct zone *z, const char *path)
{
	struct buffer bytes = { 0 };
	int result = read_path(path, &bytes);
	if (result == 0)
		result = zone_rules_read_file(&z->rules, buffer_str(&bytes));
	buffer_clear(&bytes);
	return result;
}

static int
read_named(struct zone *z, const char *name)
{
	char path[PATH_MAX];
	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL ||
	    snprintf(path, sizeof(path), ZONES "/%s", name) >= PATH_MAX)
		return -1;
	return read_zone(z, path);
}

/* What localtime(3) goes by: tzset(3). */
static void
read_local(struct zone *z)
{
	const char *tz = getenv("TZ");
	if (tz == NULL) {
		if (read_zone(z, "/etc/localtime") == 0)
			return;
		tz = "";
	}
	if (tz[0] == ':')
		tz++;
	if ((tz[0] == '/' ? read_zone(z, tz) : read_named(z, tz)) == 0)
		return;
	zone_rules_clear(&z->rules);
	if (zone_rules_read_string(&z->rules, str_from(tz)) == -1)
		zone_rules_clear(&z->rules); /* UTC */
}

static int
read_any(struct zone *z, const char *name)
{
	struct str rest = str_from(name);
	if (strcmp(name, "local") == 0) {
		read_local(z);
		return 0;
	}
	if (strcmp(name, "UTC") == 0 ||
	    (civil_take_offset(&rest, &z->rules.first) && rest.len == 0))
		return 0;
	z->rules.first = 0;
	return read_named(z, name);
}

struct zone *
zone_new(const char *name, const char **wrong)
{
	struct zone *z = xcalloc(1, sizeof(*z));
	if (read_any(z, name) == 0)
		return z;
	*wrong = access(ZONES, X_OK) == 0
	    ? "is no time zone; write local, UTC, +02:00 or a name as "
	      "Europe/Berlin"
	    : "is no time zone without " ZONES
	      " (package tzdata); write local, UTC or +02:00";
	zone_free(z);
	return NULL;
}

/* How many changes are at or before that time. */
static size_t
changes_before(const struct zone *z, int64_t seconds)
{
	size_t low = 0, high = z->rules.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (z->rules.changes[middle].at <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The offset when `n` changes have been. */
static int
offset_after(const struct zone *z, size_t n)
{
	return n > 0 ? z->rules.changes[n - 1].offset : z->rules.first;
}

int
zone_offset(const struct zone *z, int64_t seconds)
{
	return offset_after(z, changes_before(z, seconds));
}

/* No zone is a day from UTC, nor changes its mind twice in two days. */
int64_t
zone_instant(const struct zone *z, int64_t local, int64_t near)
{
	size_t n = changes_before(z, local - DAY);
	int64_t before = local - offset_after(z, n);
	if (n == z->rules.count || z->rules.changes[n].at > local + DAY)
		return before;
	int64_t change = z->rules.changes[n].at;
	int64_t after = local - z->rules.changes[n].offset;
	if (before < change && after >= change)
		return llabs(before - near) <= llabs(after - near) ? before
								   : after;
	return after >= change ? after : before;
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	zone_rules_clear(&z->rules);
	free(z);
}
