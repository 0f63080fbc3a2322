#include "config/listen_url.h"

#include <stdbool.h>
#include <string.h>
#include <sys/un.h>

#include "core/units.h"

#define WRITE                                                            \
	"; write udp://ADDRESS:PORT, tcp://, tls://, unix-dgram:/PATH, " \
	"unix-stream:/PATH or systemd:"

/* A socket's path has a NUL behind it (unix(7)). */
#define PATH_MAX_LEN (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

static const struct {
	struct str prefix;
	enum listen_kind kind;
	uint16_t port;
} kinds[] = {
	{ STR("udp://"), LISTEN_UDP, 514 },
	{ STR("tcp://"), LISTEN_TCP, 514 },
	{ STR("tls://"), LISTEN_TLS, 6514 },
	{ STR("unix-dgram:"), LISTEN_UNIX_DGRAM, 0 },
	{ STR("unix-stream:"), LISTEN_UNIX_STREAM, 0 },
	{ STR("systemd:"), LISTEN_SYSTEMD, 0 },
};

static int
is_wrong(const char **wrong, const char *sentence)
{
	*wrong = sentence;
	return -1;
}

static int
read_port(struct str s, uint16_t *port, const char **wrong)
{
	int64_t n;
	if (units_parse_integer(s, &n) == -1 || n < 1 || n > UINT16_MAX)
		return is_wrong(wrong,
		    "has a port that is not a number from 1 to 65535" WRITE);
	*port = (uint16_t)n;
	return 0;
}

/* [ADDRESS]:PORT */
static int
read_bracketed(struct str s, struct listen_url *out, const char **wrong)
{
	const char *end = memchr(s.data, ']', s.len);
	if (end == NULL)
		return is_wrong(wrong, "has a [ without its ]" WRITE);
	out->place = (struct str){ s.data + 1, (size_t)(end - s.data) - 1 };
	s = str_after(s, out->place.len + 2);
	if (s.len == 0)
		return 0;
	if (s.data[0] != ':')
		return is_wrong(
		    wrong, "has something other than :PORT behind ]" WRITE);
	return read_port(str_after(s, 1), &out->port, wrong);
}

/* ADDRESS:PORT, either of which may be missing */
static int
read_address(struct str s, struct listen_url *out, const char **wrong)
{
	if (s.len > 0 && s.data[s.len - 1] == '/')
		s.len--;
	if (s.len > 0 && s.data[0] == '[')
		return read_bracketed(s, out, wrong);
	const char *colon = s.len > 0 ? memchr(s.data, ':', s.len) : NULL;
	out->place = s;
	if (colon != NULL) {
		out->place.len = (size_t)(colon - s.data);
		s = str_after(s, out->place.len + 1);
		if (memchr(s.data, ':', s.len) != NULL)
			return is_wrong(wrong,
			    "has an IPv6 address outside of [ ]; write "
			    "[ADDRESS]:PORT");
		if (read_port(s, &out->port, wrong) == -1)
			return -1;
	}
	if (str_equal(out->place, (struct str)STR("*")))
		out->place.len = 0;
	return 0;
}

static int
read_path(struct str s, struct listen_url *out, const char **wrong)
{
	if (s.len == 0 || s.data[0] != '/')
		return is_wrong(wrong, "has no path that begins with /" WRITE);
	if (s.len > PATH_MAX_LEN)
		return is_wrong(wrong,
		    "has a path longer than the 107 bytes of a socket's");
	out->place = s;
	return 0;
}

int
listen_url_read(const char *text, struct listen_url *out, const char **wrong)
{
	struct str s = str_from(text);
	size_t i = 0, count = sizeof(kinds) / sizeof(*kinds);
	while (i < count && !str_starts(s, kinds[i].prefix))
		i++;
	if (i == count)
		return is_wrong(wrong, "is no place to listen at" WRITE);
	*out =
	    (struct listen_url){ .kind = kinds[i].kind, .port = kinds[i].port };
	s = str_after(s, kinds[i].prefix.len);
	if (out->port != 0)
		return read_address(s, out, wrong);
	if (out->kind != LISTEN_SYSTEMD)
		return read_path(s, out, wrong);
	out->place = s;
	return 0;
}

int
listen_url_check(const char *text, const char **wrong)
{
	struct listen_url ignored;
	return listen_url_read(text, &ignored, wrong);
}
