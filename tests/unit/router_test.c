/* Lines that are syslog messages, on their way to a record. */
#include "tests/unit/unit.h"

#include <string.h>

#include "agent/router.h"
#include "config/fingerprint.h"
#include "core/clock.h"
#include "record/attributes.h"

#define RECEIVED (INT64_C(1795262400) * NS_PER_SECOND) /* 2026-11-21 12:00 */

static struct config config;
static struct input_options input;
static struct source source = { .path = (char *)(uintptr_t) "syslog" };
static struct level level;
static struct router *router;
static struct buffer known;

static void
open_router(enum input_type type)
{
	input = (struct input_options){ .name = (char *)(uintptr_t) "in",
		.type = type,
		.parse = PARSE_SYSLOG,
		.zone = (char *)(uintptr_t) "UTC",
		.program = (char *)(uintptr_t) "default",
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER,
		.max_line = 1000 };
	config = (struct config){ .inputs = &input, .input_count = 1 };
	config.agent.host = (char *)(uintptr_t) "agent";
	config.agent.routing_key =
	    (char *)(uintptr_t) "${severity}.${facility}.${host}";
	level.known = false;
	known.len = 0;
	router = router_new(&config, &input, NULL);
	assert_non_null(router);
}

static int
tear_down(void **state)
{
	(void)state;
	router_free(router);
	router = NULL;
	buffer_clear(&known);
	return 0;
}

static struct record
make_part(const char *text, uint32_t part)
{
	struct origin origin = {
		.source = &source, .received = RECEIVED, .level = &level
	};
	struct cut cut = { .text = str_from(text),
		.origin = buffer_str(&known),
		.part = part };
	struct record r;
	assert_true(router_make(router, &origin, &cut, 1, &r));
	return r;
}

static struct record
make(const char *text)
{
	return make_part(text, 0);
}

static void
assert_text(struct str found, const char *expected)
{
	if (!str_equal(found, str_from(expected)))
		fail_msg("\"" STR_FMT "\", not %s", STR_ARG(found), expected);
}

TEST(a_message_says_who_what_and_when)
{
	open_router(INPUT_SYSLOG);
	struct record r =
	    make("<34>Oct 11 22:14:15 web su[12]: 'su root' failed");
	assert_text(r.body, "<34>Oct 11 22:14:15 web su[12]: 'su root' failed");
	assert_text(r.key, "crit.auth.web");
	assert_text(r.program, "su");
	assert_text(r.pid, "12");
	assert_true(r.time == RECEIVED - INT64_C(3505545) * NS_PER_SECOND);
	assert_true(r.received == RECEIVED);
}

TEST(without_a_host_it_is_the_sender_s_address)
{
	open_router(INPUT_SYSLOG);
	attributes_put(&known, ATTRIBUTE_PEER, str_from("[2001:db8::1]:514"));
	assert_text(make("<13>Nov 21 09:01:02 app: x").host, "2001:db8::1");
	assert_text(make("just text").host, "2001:db8::1");
	assert_text(make("<13>Nov 21 09:01:02 h app: x").host, "h");
	/* RFC 5424 has a word for a host that is not known. */
	assert_text(make("<13>1 - - app - - - x").host, "");
	known.len = 0;
	attributes_put(&known, ATTRIBUTE_PEER, str_from("uid 1000"));
	assert_text(make("<13>Nov 21 09:01:02 app: x").host, "agent");
}

TEST(what_the_socket_knows_beats_the_text)
{
	open_router(INPUT_SYSLOG);
	attributes_put(&known, ATTRIBUTE_PID, str_from("4711"));
	struct record r = make("<13>Nov 21 09:01:02 app[1]: x");
	assert_text(r.pid, "4711");
	assert_text(r.program, "app");
}

TEST(SY_05_words_are_no_level_of_what_a_socket_hears)
{
	open_router(INPUT_SYSLOG);
	assert_text(make("ERROR: no PRI").key, "notice.user.agent");
	assert_text(make("ERROR: no PRI").program, "default");
	assert_text(make("<999>ERROR: x").key, "notice.user.agent");
	assert_int_equal(make("<999>x").flags, RECORD_MALFORMED);
	assert_int_equal(router_stats(router).malformed, 2);
	assert_int_equal(router_stats(router).read, 4);
}

TEST(words_are_the_level_of_a_line_in_a_file)
{
	open_router(INPUT_FILE);
	struct record r = make("Nov 21 09:01:02 web app[1]: ERROR: x");
	assert_text(r.key, "err.user.web");
	assert_text(r.program, "app");
	assert_text(
	    make("Nov 21 09:01:02 web app[1]: x").key, "notice.user.web");
	assert_text(make("<14>Nov 21 09:01:02 web app[1]: ERROR: x").key,
	    "info.user.web");
	assert_int_equal(make("no syslog").flags, 0);
}

TEST(the_parts_of_a_long_message_have_the_level_of_its_head)
{
	open_router(INPUT_SYSLOG);
	struct record head = make_part("<34>Nov 21 09:01:02 h app: x", 1);
	assert_text(head.key, "crit.auth.h");
	struct record next = make_part("<13>1 - x y - - -", 2);
	assert_int_equal(next.severity, SEVERITY_CRIT);
	assert_int_equal(next.facility, FACILITY_AUTH);
	assert_text(next.program, "default");
	struct level said =
	    router_level(router, str_from("<34>Nov 21 09:01:02 h app: x"));
	assert_int_equal(said.severity, SEVERITY_CRIT);
	assert_int_equal(said.facility, FACILITY_AUTH);
}

TEST(zone_and_parse_make_another_configuration)
{
	open_router(INPUT_FILE);
	uint64_t before = config_fingerprint(&config, &input);
	input.zone = (char *)(uintptr_t) "+01:00";
	uint64_t zone = config_fingerprint(&config, &input);
	input.parse = PARSE_NONE;
	uint64_t parse = config_fingerprint(&config, &input);
	assert_true(before != zone && zone != parse && before != parse);
}

TEST(who_may_send_and_how_much_makes_none)
{
	open_router(INPUT_SYSLOG);
	uint64_t before = config_fingerprint(&config, &input);
	input.spool_max = 1 << 30;
	input.receive_buffer = 1 << 20;
	input.max_connections = 7;
	input.idle = NS_PER_SECOND;
	input.socket_mode = 0600;
	input.tls_ca = (char *)(uintptr_t) "/ca.pem";
	assert_int_equal(config_fingerprint(&config, &input), before);
	input.max_line = 100;
	assert_int_not_equal(config_fingerprint(&config, &input), before);
}

#define WITH_ROUTER(name) cmocka_unit_test_teardown(name, tear_down)

TESTS(WITH_ROUTER(a_message_says_who_what_and_when),
    WITH_ROUTER(without_a_host_it_is_the_sender_s_address),
    WITH_ROUTER(what_the_socket_knows_beats_the_text),
    WITH_ROUTER(SY_05_words_are_no_level_of_what_a_socket_hears),
    WITH_ROUTER(words_are_the_level_of_a_line_in_a_file),
    WITH_ROUTER(the_parts_of_a_long_message_have_the_level_of_its_head),
    WITH_ROUTER(zone_and_parse_make_another_configuration),
    WITH_ROUTER(who_may_send_and_how_much_makes_none))
