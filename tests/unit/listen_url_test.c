#include "tests/unit/unit.h"

#include <string.h>

#include "config/listen_url.h"

TEST(places_to_listen_at_are_read)
{
	static const struct {
		const char *text;
		enum listen_kind kind;
		const char *place;
		uint16_t port;
	} cases[] = {
		{ "udp://127.0.0.1:5514", LISTEN_UDP, "127.0.0.1", 5514 },
		{ "udp://", LISTEN_UDP, "", 514 },
		{ "udp://*", LISTEN_UDP, "", 514 },
		{ "tcp://:601", LISTEN_TCP, "", 601 },
		{ "tcp://*:601/", LISTEN_TCP, "", 601 },
		{ "tcp://[::1]:601", LISTEN_TCP, "::1", 601 },
		{ "tls://[::]", LISTEN_TLS, "::", 6514 },
		{ "tls://loghost", LISTEN_TLS, "loghost", 6514 },
		{ "unix-dgram:/dev/log", LISTEN_UNIX_DGRAM, "/dev/log", 0 },
		{ "unix-stream:/s", LISTEN_UNIX_STREAM, "/s", 0 },
		{ "systemd:", LISTEN_SYSTEMD, "", 0 },
		{ "systemd:syslog", LISTEN_SYSTEMD, "syslog", 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct listen_url url;
		const char *wrong;
		assert_int_equal(
		    listen_url_read(cases[i].text, &url, &wrong), 0);
		assert_int_equal(url.kind, cases[i].kind);
		assert_int_equal(url.port, cases[i].port);
		assert_true(str_equal(url.place, str_from(cases[i].place)));
	}
}

TEST(what_is_none_is_refused_with_a_reason)
{
	static const struct {
		const char *text, *wrong;
	} cases[] = {
		{ "", "is no place" },
		{ "udp", "is no place" },
		{ "udp:127.0.0.1", "is no place" },
		{ "http://x", "is no place" },
		{ "udp://:0", "has a port" },
		{ "udp://:65536", "has a port" },
		{ "udp://h:", "has a port" },
		{ "udp://h:syslog", "has a port" },
		{ "udp://::1", "has an IPv6 address" },
		{ "udp://[::1", "has a [ without" },
		{ "udp://[::1]514", "has something other" },
		{ "unix-dgram:", "has no path" },
		{ "unix-dgram:dev/log", "has no path" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *wrong = "";
		assert_int_equal(listen_url_check(cases[i].text, &wrong), -1);
		assert_int_equal(
		    strncmp(wrong, cases[i].wrong, strlen(cases[i].wrong)), 0);
	}
}

TEST(a_path_must_fit_into_a_sockets_address)
{
	char text[32 + 108] = "unix-stream:/";
	const char *wrong = "";
	memset(text + strlen(text), 'x', 106);
	assert_int_equal(listen_url_check(text, &wrong), 0);
	strcat(text, "x");
	assert_int_equal(listen_url_check(text, &wrong), -1);
	assert_non_null(strstr(wrong, "107 bytes"));
}

TESTS(SPEC(places_to_listen_at_are_read),
    SPEC(what_is_none_is_refused_with_a_reason),
    SPEC(a_path_must_fit_into_a_sockets_address))
