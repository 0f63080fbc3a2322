#include "core/given.h"

#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/log.h"
#include "core/units.h"

/* Where systemd puts the first (sd-daemon.h). */
#define FIRST 3

/* Their names, for our own children. */
#define NAMES "WEIR_LISTEN_FDNAMES"

static struct {
	int fds[GIVEN_MAX];
	char *names[GIVEN_MAX];
	bool taken[GIVEN_MAX];
	size_t count;
} given;

static void
add(int fd, struct str name)
{
	/* Fails where there is no such descriptor. */
	if (given.count == GIVEN_MAX || fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return;
	given.fds[given.count] = fd;
	given.names[given.count++] = str_copy(name);
}

/* Names may be missing; they are separated by colons. */
static void
add_all(int count)
{
	static const struct str unnamed = STR("unknown");
	struct str rest = str_from(getenv("LISTEN_FDNAMES")), name;
	for (int i = 0; i < count; i++)
		add(FIRST + i,
		    str_next_word(&rest, ":", &name) ? name : unnamed);
}

static void
tell_children(void)
{
	struct buffer names = { 0 };
	for (size_t i = 0; i < given.count; i++)
		buffer_printf(&names, "%s:", given.names[i]);
	buffer_append_byte(&names, '\0');
	setenv(NAMES, names.data, 1);
	buffer_clear(&names);
}

static int64_t
number(const char *variable)
{
	int64_t n;
	return units_parse_integer(str_from(getenv(variable)), &n) == 0 ? n : 0;
}

void
given_find(void)
{
	assert(given.count == 0);
	unsetenv(NAMES);
	int64_t count = number("LISTEN_FDS");
	if (number("LISTEN_PID") == getpid() && count > 0) {
		if (count > GIVEN_MAX)
			log_warnx("of %lld sockets that were handed over, the "
				  "last %lld are left alone",
			    (long long)count, (long long)count - GIVEN_MAX);
		add_all(count < GIVEN_MAX ? (int)count : GIVEN_MAX);
		tell_children();
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

void
given_inherit(int first)
{
	struct str rest = str_from(getenv(NAMES)), name;
	while (str_next_word(&rest, ":", &name))
		add(first++, name);
	unsetenv(NAMES);
}

size_t
given_count(void)
{
	return given.count;
}

const char *
given_name(size_t i)
{
	return given.names[i];
}

int
given_take(size_t i)
{
	if (given.taken[i])
		return -1;
	given.taken[i] = true;
	return given.fds[i];
}

size_t
given_copy(int fds[GIVEN_MAX])
{
	for (size_t i = 0; i < given.count; i++) {
		fds[i] = fcntl(given.fds[i], F_DUPFD_CLOEXEC, 3);
		if (fds[i] == -1)
			log_warn("copy a socket that was handed over");
	}
	return given.count;
}
