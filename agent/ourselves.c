#include "agent/ourselves.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The file of a process, as /proc and the journal name it; "" if unknown. */
static struct str
file_of(const char *pid, char file[PATH_MAX])
{
	char name[64];
	snprintf(name, sizeof(name), "/proc/%s/exe", pid);
	ssize_t n = readlink(name, file, PATH_MAX);
	return (struct str){ file, n > 0 ? (size_t)n : 0 };
}

/* An upgrade under way: /usr/bin/weir is another file now. */
static struct str
without_deleted(struct str path)
{
	static const struct str mark = STR(" (deleted)");
	if (path.len > mark.len &&
	    str_equal(str_after(path, path.len - mark.len), mark))
		path.len -= mark.len;
	return path;
}

/* The number of its parent; 0 if there is no such process. */
static int
parent_of(struct str pid)
{
	char path[64], text[512] = "", *rest;
	int parent = 0;
	snprintf(path, sizeof(path), "/proc/" STR_FMT "/status", STR_ARG(pid));
	FILE *status = fopen(path, "re");
	if (status == NULL)
		return 0;
	while (parent == 0 && fgets(text, sizeof(text), status) != NULL)
		if (str_starts(str_from(text), (struct str)STR("PPid:")))
			parent = (int)strtol(text + 5, &rest, 10);
	fclose(status);
	return parent;
}

static bool
is_number(struct str pid)
{
	for (size_t i = 0; i < pid.len; i++)
		if (pid.data[i] < '0' || pid.data[i] > '9')
			return false;
	return pid.len > 0 && pid.len < 20;
}

/* Of our file, and we, our supervisor, or a child of either. */
static bool
is_of_our_family(struct str pid)
{
	char own[PATH_MAX], other[PATH_MAX], number[24];
	int self = getpid(), boss = getppid();
	if (!is_number(pid))
		return false;
	snprintf(number, sizeof(number), STR_FMT, STR_ARG(pid));
	int n = (int)strtol(number, NULL, 10);
	if (n == self)
		return true;
	struct str file = without_deleted(file_of("self", own));
	if (!str_equal(file, without_deleted(file_of(number, other))))
		return false;
	if (n == boss)
		return true;
	int parent = parent_of(pid);
	if (parent == self)
		return true;
	/* Whoever started us from a shell is not our supervisor. */
	snprintf(number, sizeof(number), "%d", boss);
	return parent == boss &&
	    str_equal(file, without_deleted(file_of(number, other)));
}

bool
ourselves_wrote(struct str exe, struct str invocation, struct str pid)
{
	char path[PATH_MAX];
	struct str own = without_deleted(file_of("self", path));
	if (exe.len > 0 && !str_equal(without_deleted(exe), own))
		return false;
	struct str id = str_from(getenv("INVOCATION_ID"));
	if (id.len > 0 && str_equal(id, invocation))
		return true;
	return is_of_our_family(pid);
}
