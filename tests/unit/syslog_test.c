/*
 * The rows SY-04, 05, 11, 12, 25 and 26 of the catalogue: messages that are
 * not what the RFCs want, and stamps that no calendar has.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/clock.h"
#include "record/routing_key.h"
#include "record/syslog.h"
#include "record/timestamp.h"

static int64_t
ns_of(const char *stamp)
{
	int64_t ns = 0;
	assert_int_equal(timestamp_parse(str_from(stamp), &ns), 0);
	return ns;
}

static struct syslog
parse_in(const char *zone_name, const char *received, struct str text,
    struct record *r)
{
	const char *why;
	struct syslog s;
	struct zone *zone = zone_new(zone_name, &why);
	assert_non_null(zone);
	*r = (struct record){ .body = text,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER,
		.time = ns_of(received),
		.received = ns_of(received) };
	syslog_parse(zone, r, &s);
	assert_true(str_equal(r->body, text));
	zone_free(zone);
	return s;
}

static struct syslog
parse(const char *text, struct record *r)
{
	return parse_in("UTC", "2026-11-21T12:00:00Z", str_from(text), r);
}

static void
assert_notice_user(const char *text, unsigned flags)
{
	struct record r;
	struct syslog s = parse(text, &r);
	if (r.severity != SEVERITY_NOTICE || r.facility != FACILITY_USER ||
	    s.has_pri || r.flags != flags)
		fail_msg("%s: flags %u", text, r.flags);
}

TEST(SY_04_a_pri_that_is_too_large_is_user_notice_and_marked)
{
	assert_notice_user("<192>x", RECORD_MALFORMED);
	assert_notice_user("<999>Nov 21 09:01:02 h a: x", RECORD_MALFORMED);
	assert_notice_user(
	    "<8000000000000000000000000000000>x", RECORD_MALFORMED);
}

TEST(SY_05_a_message_without_a_pri_is_user_notice)
{
	struct record r;
	assert_notice_user("no PRI", 0);
	assert_notice_user("Nov 21 09:01:02 h a: x", 0);
	assert_notice_user("<>x", RECORD_MALFORMED);
	assert_notice_user("<-1>x", RECORD_MALFORMED);
	assert_notice_user("<013>x", RECORD_MALFORMED);
	assert_notice_user("<13 unterminated", RECORD_MALFORMED);
	assert_notice_user("<13", RECORD_MALFORMED);
	assert_notice_user("<", RECORD_MALFORMED);
	assert_notice_user("", RECORD_MALFORMED);
	assert_notice_user("(13>x", RECORD_MALFORMED);
	/* What is behind a bad one is read. */
	parse("<999>Nov 21 09:01:02 h a: x", &r);
	assert_true(str_equal(r.host, (struct str)STR("h")));
	parse("<013>1 - h a - - - x", &r);
	assert_true(str_equal(r.program, (struct str)STR("a")));
	parse("1 2026-11-21T09:01:02Z h a - - - x", &r);
	assert_true(str_equal(r.host, (struct str)STR("h")));
	assert_int_equal(r.flags, RECORD_MALFORMED);
}

TEST(SY_11_nil_values_are_absent)
{
	struct record r;
	struct syslog s = parse("<1>1 - - - - - -", &r);
	assert_int_equal(r.flags, 0);
	assert_int_equal(r.severity, SEVERITY_ALERT);
	assert_int_equal(r.facility, FACILITY_KERN);
	assert_int_equal(r.host.len, 0);
	assert_int_equal(r.program.len, 0);
	assert_int_equal(r.pid.len, 0);
	assert_int_equal(r.msgid.len, 0);
	assert_int_equal(r.data.len, 0);
	assert_int_equal(s.message.len, 0);
	assert_int_equal(r.time, r.received);
}

static const struct data_row {
	const char *data;
	const char *kept;
	const char *message;
	bool sound;
} data_rows[] = {
	{ "[a b=\"\\\"\\\\\\]\"] x", "[a b=\"\\\"\\\\\\]\"]", "x", true },
	{ "[a b=\"\"] x", "[a b=\"\"]", "x", true },
	{ "[a b=\"1\" b=\"2\"] x", "[a b=\"1\" b=\"2\"]", "x", true },
	{ "[a][b] x", "[a][b]", "x", true },
	{ "[a b=\"\\n\"] x", "[a b=\"\\n\"]", "x", false },
	{ "[a b=\"]\"] x", "[a b=\"]\"]", "x", false },
	{ "[a b=\"\"\"] x", "", "[a b=\"\"\"] x", false },
	{ "[a b=\"\\\"] x", "", "[a b=\"\\\"] x", false },
	{ "[a][a] x", "[a]", "[a] x", false },
	{ "[a][b][a c=\"1\"] x", "[a][b]", "[a c=\"1\"] x", false },
	{ "[abcdefghijklmnopqrstuvwxyz1234567] x",
	    "[abcdefghijklmnopqrstuvwxyz1234567]", "x", false },
	{ "[abcdefghijklmnopqrstuvwxyz123456] x",
	    "[abcdefghijklmnopqrstuvwxyz123456]", "x", true },
	{ "[a b=\"c\" ] x", "[a b=\"c\" ]", "x", false },
	{ "[ a b=\"c\"] x", "", "[ a b=\"c\"] x", false },
	{ "[a] [b] x", "[a]", "[b] x", true },
	{ "[a]x", "[a]", "x", false },
	{ "[a b] x", "", "[a b] x", false },
	{ "[a", "", "[a", false },
	{ "x", "", "x", false },
	{ "-", "", "", true },
	{ "-x", "", "x", false },
	{ "", "", "", false },
};

TEST(SY_12_structured_data_are_kept_as_far_as_they_can_be_read)
{
	for (size_t i = 0; i < sizeof(data_rows) / sizeof(*data_rows); i++) {
		const struct data_row *row = &data_rows[i];
		char text[200];
		struct record r;
		snprintf(text, sizeof(text), "<13>1 - h a 1 m %s", row->data);
		struct syslog s = parse(text, &r);
		if (!str_equal(r.data, str_from(row->kept)) ||
		    !str_equal(s.message, str_from(row->message)) ||
		    (r.flags == 0) != row->sound)
			fail_msg("%s: \"" STR_FMT "\" \"" STR_FMT "\" %u",
			    row->data, STR_ARG(r.data), STR_ARG(s.message),
			    r.flags);
		assert_true(str_equal(r.msgid, (struct str)STR("m")));
	}
}

/* What a stamp of RFC 3164 means when it comes at some time in some zone. */
static const struct time_row {
	const char *zone;
	const char *received;
	const char *stamp;
	const char *time; /* NULL: none; the message is marked */
} time_rows[] = {
	/* The year is the nearest one's. */
	{ "UTC", "2027-01-01T00:00:05Z", "Dec 31 23:59:59",
	    "2026-12-31T23:59:59Z" },
	{ "UTC", "2026-12-31T23:59:55Z", "Jan  1 00:00:01",
	    "2027-01-01T00:00:01Z" },
	{ "+14:00", "2026-12-31T10:00:05Z", "Jan  1 00:00:01",
	    "2026-12-31T10:00:01Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "May 23 12:00:00",
	    "2026-05-23T12:00:00Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "May 22 00:00:00",
	    "2027-05-22T00:00:00Z" },
	/* The leap day, in a year that has one. */
	{ "UTC", "2028-02-29T12:00:00Z", "Feb 29 11:00:00",
	    "2028-02-29T11:00:00Z" },
	{ "UTC", "2028-12-29T12:00:00Z", "Feb 29 11:00:00", NULL },
	{ "UTC", "2027-12-29T12:00:00Z", "Feb 29 11:00:00",
	    "2028-02-29T11:00:00Z" },
	{ "UTC", "2026-03-01T00:00:01Z", "Feb 29 23:59:59", NULL },
	{ "UTC", "2100-03-01T00:00:01Z", "Feb 29 23:59:59", NULL },
	{ "UTC", "2026-11-21T12:00:00Z", "Nov 31 09:01:02", NULL },
	{ "UTC", "2026-11-21T12:00:00Z", "2026-02-29T11:00:00Z", NULL },
	/* Leap seconds, fractions. */
	{ "UTC", "2017-01-01T00:00:05Z", "Dec 31 23:59:60",
	    "2017-01-01T00:00:00Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "Nov 21 09:01:02.123456789",
	    "2026-11-21T09:01:02.123456789Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "Nov 21 09:01:02.1",
	    "2026-11-21T09:01:02.1Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "Nov 21 09:01:02.1234567891",
	    "2026-11-21T09:01:02.123456789Z" },
	/* An hour that is none, and one that is twice. */
	{ "Europe/Berlin", "2026-03-29T01:35:00Z", "Mar 29 02:30:00",
	    "2026-03-29T01:30:00Z" },
	{ "Europe/Berlin", "2026-10-25T00:30:01Z", "Oct 25 02:30:00",
	    "2026-10-25T00:30:00Z" },
	{ "Europe/Berlin", "2026-10-25T01:30:01Z", "Oct 25 02:30:00",
	    "2026-10-25T01:30:00Z" },
	{ "America/New_York", "2026-07-01T12:00:00Z", "Jul  1 08:00:00",
	    "2026-07-01T12:00:00Z" },
	/* 1970 and 2106, and what lies outside. */
	{ "UTC", "1970-01-01T00:00:00Z", "Dec 31 23:59:59",
	    "1969-12-31T23:59:59Z" },
	{ "+01:00", "1970-01-01T00:00:00Z", "Jan  1 00:59:59",
	    "1969-12-31T23:59:59Z" },
	{ "Europe/Berlin", "2106-02-07T06:28:16Z", "Feb  7 07:28:16",
	    "2106-02-07T06:28:16Z" },
	{ "America/New_York", "2106-07-07T06:28:16Z", "Jul  7 02:28:16",
	    "2106-07-07T06:28:16Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "2106-02-07T06:28:16Z",
	    "2106-02-07T06:28:16Z" },
	{ "UTC", "2026-11-21T12:00:00Z", "9999-12-31T23:59:59Z", NULL },
	{ "UTC", "2026-11-21T12:00:00Z", "0000-01-01T00:00:00Z", NULL },
};

TEST(SY_25_a_stamp_without_a_year_is_of_the_nearest_one)
{
	for (size_t i = 0; i < sizeof(time_rows) / sizeof(*time_rows); i++) {
		const struct time_row *row = &time_rows[i];
		char text[100], found[TIMESTAMP_LEN];
		struct record r;
		snprintf(text, sizeof(text), "<13>%s h a: x", row->stamp);
		parse_in(row->zone, row->received, str_from(text), &r);
		int64_t expected =
		    ns_of(row->time != NULL ? row->time : row->received);
		timestamp_format(r.time, found);
		if (r.time != expected ||
		    (r.flags == RECORD_MALFORMED) != (row->time == NULL))
			fail_msg("%s in %s at %s: %.30s", row->stamp, row->zone,
			    row->received, found);
		assert_true(str_equal(r.host, (struct str)STR("h")));
		assert_true(str_equal(r.program, (struct str)STR("a")));
	}
}

TEST(SY_25_what_rfc_5424_forbids_in_a_stamp_is_read_and_marked)
{
	static const struct {
		const char *stamp;
		const char *time; /* NULL: when it came */
		bool sound;
	} rows[] = {
		{ "2003-08-24T05:14:15.000003-07:00",
		    "2003-08-24T12:14:15.000003Z", true },
		{ "1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z", true },
		{ "2003-08-24T05:14:15.000000003Z",
		    "2003-08-24T05:14:15.000000003Z", false },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", false },
		{ "2003-08-24t05:14:15Z", "2003-08-24T05:14:15Z", false },
		{ "2003-08-24T05:14:15z", "2003-08-24T05:14:15Z", false },
		{ "2003-08-24T05:14:15Z+07:00", "2003-08-24T05:14:15Z", false },
		{ "2003-02-29T05:14:15Z", NULL, false },
		{ "2003-08-24T05:14:15", "2003-08-24T05:14:15Z", false },
		{ "2003-08-24 05:14:15", "2003-08-24T05:14:15Z", false },
		{ "2003-08-24 05:14:15Z", "2003-08-24T05:14:15Z", false },
		{ "2003-08-24T05:14:15+0200", "2003-08-24T03:14:15Z", false },
		{ "2003-08-24T05:14:15+24:00", NULL, false },
		{ "2003-08-24T05:14:15.Z", NULL, false },
		{ "2003-08-24T24:00:00Z", NULL, false },
		{ "1374543213.342705328", "2013-07-23T01:33:33.342705328Z",
		    false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[100];
		struct record r;
		snprintf(
		    text, sizeof(text), "<13>1 %s h a - - - x", rows[i].stamp);
		parse(text, &r);
		if (r.time !=
			(rows[i].time != NULL ? ns_of(rows[i].time)
					      : r.received) ||
		    (r.flags == 0) != rows[i].sound)
			fail_msg("%s", rows[i].stamp);
		assert_true(str_equal(r.host, (struct str)STR("h")));
	}
}

TEST(SY_26_a_hostile_host_is_kept_and_harmless_in_a_key)
{
	static const char *const hosts[] = { "a/b", "me@x", "..", "../../etc",
		"\x1b[31mred", "a#*b" };
	struct record r;
	char text[400], longest[301];
	const char *error;
	memset(longest, 'h', 300);
	longest[300] = '\0';
	struct template *key = template_parse("${host}.x", &error);
	for (size_t i = 0; i < 7; i++) {
		const char *host = i < 6 ? hosts[i] : longest;
		struct buffer out = { 0 };
		snprintf(
		    text, sizeof(text), "<13>Nov 21 09:01:02 %s a: x", host);
		parse(text, &r);
		assert_true(str_equal(r.host, str_from(host)));
		routing_key_make(key, &r, &out);
		assert_true(out.len <= ROUTING_KEY_MAX);
		for (size_t k = 0; k < out.len; k++)
			assert_null(memchr("*#\x1b ", out.data[k], 4));
		buffer_clear(&out);
		snprintf(text, sizeof(text), "<13>1 - %s a - - - x", host);
		parse(text, &r);
		assert_true(str_equal(r.host, str_from(host)));
	}
	template_free(key);
}

TEST(framing_that_was_left_on_a_message_is_no_fault)
{
	static const struct str texts[] = { STR("<13>1 - h a - - -\n"),
		STR("<13>1 - h a - - -\r\n\0"), STR("\n\t <13>1 - h a - - -"),
		STR("<13>1 - h a - - - \0") };
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct record r;
		parse_in("UTC", "2026-11-21T12:00:00Z", texts[i], &r);
		assert_int_equal(r.flags, 0);
		assert_true(str_equal(r.program, (struct str)STR("a")));
	}
}

TEST(the_address_of_a_peer_is_what_stands_before_its_port)
{
	static const char *const rows[][2] = {
		{ "192.0.2.7:514", "192.0.2.7" },
		{ "[2001:db8::1]:514", "2001:db8::1" },
		{ "[fe80::1%eth0]:514", "fe80::1%eth0" },
		{ "uid 1000", "" },
		{ "", "" },
		{ "[", "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_true(str_equal(syslog_peer_address(str_from(rows[i][0])),
		    str_from(rows[i][1])));
}

TESTS(SPEC(SY_04_a_pri_that_is_too_large_is_user_notice_and_marked),
    SPEC(SY_05_a_message_without_a_pri_is_user_notice),
    SPEC(SY_11_nil_values_are_absent),
    SPEC(SY_12_structured_data_are_kept_as_far_as_they_can_be_read),
    SPEC(SY_25_a_stamp_without_a_year_is_of_the_nearest_one),
    SPEC(SY_25_what_rfc_5424_forbids_in_a_stamp_is_read_and_marked),
    SPEC(SY_26_a_hostile_host_is_kept_and_harmless_in_a_key),
    SPEC(framing_that_was_left_on_a_message_is_no_fault),
    SPEC(the_address_of_a_peer_is_what_stands_before_its_port))
