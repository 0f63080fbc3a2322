/*
 * Messages as devices and programs really send them, each with what is to be
 * read in it.  All of them came at 2026-11-21T12:00:00Z, in zone +01:00.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/xalloc.h"
#include "record/syslog.h"
#include "record/timestamp.h"

#define RECEIVED "2026-11-21T12:00:00.000000000Z"

static const struct row {
	const char *line;
	const char *time; /* NULL: when it came */
	const char *host, *program, *pid, *msgid, *message; /* NULL: none */
} rows[] = {
	/* RFC 3164, and what stands in the files of Debian. */
	{ "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
	    "2026-10-11T21:14:15.000000000Z", "mymachine", "su", NULL, NULL,
	    "'su root' failed" },
	{ "Nov 21 09:01:02 web1 CRON[4711]: (root) CMD (x)",
	    "2026-11-21T08:01:02.000000000Z", "web1", "CRON", "4711", NULL,
	    "(root) CMD (x)" },
	{ "<13>Nov  1 09:01:02 web1 kernel: [    1.5] usb 1-1: new",
	    "2026-11-01T08:01:02.000000000Z", "web1", "kernel", NULL, NULL,
	    "[    1.5] usb 1-1: new" },
	{ "<22>Nov 21 09:01:02 mx postfix/smtpd[12]: connect",
	    "2026-11-21T08:01:02.000000000Z", "mx", "postfix/smtpd", "12", NULL,
	    "connect" },
	{ "<86>Nov 21 09:01:02 h su(pam_unix)[1]: session opened",
	    "2026-11-21T08:01:02.000000000Z", "h", "su(pam_unix)", "1", NULL,
	    "session opened" },
	{ "<14>Nov 21 09:01:02 h App::Name[3]: x",
	    "2026-11-21T08:01:02.000000000Z", "h", "App::Name", "3", NULL,
	    "x" },
	{ "<14>Nov 21 09:01:02 h app:text", "2026-11-21T08:01:02.000000000Z",
	    "h", "app", NULL, NULL, "text" },
	{ "<14>Nov 21 09:01:02 h http://x/ is down",
	    "2026-11-21T08:01:02.000000000Z", "h", NULL, NULL, NULL,
	    "http://x/ is down" },
	{ "<14>Nov 21 09:01:02 h 10:20:30 it began",
	    "2026-11-21T08:01:02.000000000Z", "h", NULL, NULL, NULL,
	    "10:20:30 it began" },
	{ "<14>Nov 21 09:01:02 PA-220 1,2026/11/21 09:01:02,0011,TRAFFIC",
	    "2026-11-21T08:01:02.000000000Z", "PA-220", NULL, NULL, NULL,
	    "1,2026/11/21 09:01:02,0011,TRAFFIC" },
	{ "<14>Nov 21 09:01:02 fw CEF:0|V|P|1|2|n|3|src=1.2.3.4",
	    "2026-11-21T08:01:02.000000000Z", "fw", "CEF", NULL, NULL,
	    "0|V|P|1|2|n|3|src=1.2.3.4" },
	/* No host: syslog(3) to a local socket. */
	{ "<38>Nov 21 09:01:02 sshd[123]: Accepted",
	    "2026-11-21T08:01:02.000000000Z", NULL, "sshd", "123", NULL,
	    "Accepted" },
	{ "<13>Nov 21 09:01:02 user: x", "2026-11-21T08:01:02.000000000Z", NULL,
	    "user", NULL, NULL, "x" },
	{ "<13>Nov 21 09:01:02 : x", "2026-11-21T08:01:02.000000000Z", NULL,
	    NULL, NULL, NULL, "x" },
	{ "<13>Nov 21 09:01:02 -", "2026-11-21T08:01:02.000000000Z", NULL, NULL,
	    NULL, NULL, "" },
	/* Odd hosts. */
	{ "<13>Nov 21 09:01:02 2001:db8::1 app: x",
	    "2026-11-21T08:01:02.000000000Z", "2001:db8::1", "app", NULL, NULL,
	    "x" },
	{ "<13>Nov 21 09:01:02 fd00:1:2::3 app[1]: x",
	    "2026-11-21T08:01:02.000000000Z", "fd00:1:2::3", "app", "1", NULL,
	    "x" },
	{ "<13>Nov 21 09:01:02 fe80::1%eth0 app: x",
	    "2026-11-21T08:01:02.000000000Z", "fe80::1%eth0", "app", NULL, NULL,
	    "x" },
	{ "<13>Nov 21 09:01:02 s_src@gw/10.0.0.1 app: x",
	    "2026-11-21T08:01:02.000000000Z", "s_src@gw/10.0.0.1", "app", NULL,
	    NULL, "x" },
	{ "<13>Nov 21 09:01:02  r1 fpc0 PFE: x",
	    "2026-11-21T08:01:02.000000000Z", "r1", NULL, NULL, NULL,
	    "fpc0 PFE: x" },
	/* Repetition. */
	{ "<13>Nov 21 09:01:02 last message repeated 3 times",
	    "2026-11-21T08:01:02.000000000Z", NULL, NULL, NULL, NULL,
	    "last message repeated 3 times" },
	{ "<13>Nov 21 09:01:02 h last message repeated 3 times",
	    "2026-11-21T08:01:02.000000000Z", "h", NULL, NULL, NULL,
	    "last message repeated 3 times" },
	{ "<13>Nov 21 09:01:02 h app: message repeated 3 times: [ x]",
	    "2026-11-21T08:01:02.000000000Z", "h", "app", NULL, NULL,
	    "message repeated 3 times: [ x]" },
	/* Cisco's stars, dots, numbers, zones. */
	{ "<189>29: *Mar  1 18:46:11.115 UTC: %SYS-5-CONFIG_I: Configured",
	    "2027-03-01T18:46:11.115000000Z", NULL, "SYS", NULL,
	    "SYS-5-CONFIG_I", "Configured" },
	{ "<189>29: router1: 000024: .Nov 21 09:01:02.123 CET: "
	  "%LINK-3-UPDOWN: x",
	    "2026-11-21T08:01:02.123000000Z", "router1", "LINK", NULL,
	    "LINK-3-UPDOWN", "x" },
	{ "<189>000022: Nov 21 2026 09:01:02: %SEC_LOGIN-5-LOGIN_SUCCESS: x",
	    "2026-11-21T08:01:02.000000000Z", NULL, "SEC_LOGIN", NULL,
	    "SEC_LOGIN-5-LOGIN_SUCCESS", "x" },
	{ "<189>29: %SYS-5-RESTART: x", NULL, NULL, "SYS", NULL,
	    "SYS-5-RESTART", "x" },
	{ "<189>%SYS-SP-STDBY-5-RESTART: x", NULL, NULL, "SYS-SP-STDBY", NULL,
	    "SYS-SP-STDBY-5-RESTART", "x" },
	{ "<166>Nov 21 2026 09:01:02: %ASA-6-302013: Built",
	    "2026-11-21T08:01:02.000000000Z", NULL, "ASA", NULL, "ASA-6-302013",
	    "Built" },
	{ "<166>Nov 21 2026 09:01:02 asa1 : %ASA-6-302013: Built",
	    "2026-11-21T08:01:02.000000000Z", "asa1", "ASA", NULL,
	    "ASA-6-302013", "Built" },
	{ "<166>:Nov 21 09:01:02 UTC: %ASA-session-6-302013: Built",
	    "2026-11-21T09:01:02.000000000Z", NULL, "ASA-session", NULL,
	    "ASA-session-6-302013", "Built" },
	{ "<189>: 2026 Nov 21 09:01:02.123 UTC: %ETHPORT-5-IF_UP: x",
	    "2026-11-21T09:01:02.123000000Z", NULL, "ETHPORT", NULL,
	    "ETHPORT-5-IF_UP", "x" },
	{ "<189>29: RP/0/RSP0/CPU0:Nov 21 09:01:02.123 UTC: "
	  "config[65712]: %MGBL-CONFIG-6-DB_COMMIT : x",
	    "2026-11-21T09:01:02.123000000Z", NULL, "config", "65712", NULL,
	    "%MGBL-CONFIG-6-DB_COMMIT : x" },
	/* Years, zones. */
	{ "<13>Sat Nov 21 09:01:02 2026 h app: x",
	    "2026-11-21T08:01:02.000000000Z", "h", "app", NULL, NULL, "x" },
	{ "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% x",
	    "1987-08-24T04:34:00.000000000Z", "mymachine", "myproc", "10", NULL,
	    "%% x" },
	{ "<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.example 10.1.2.3 "
	  "sched[0]: x",
	    "1990-10-22T16:52:01.000000000Z", "scapegoat.example", NULL, NULL,
	    NULL, "10.1.2.3 sched[0]: x" },
	{ "<13>Nov 21 09:01:02 +0200 h app: x",
	    "2026-11-21T07:01:02.000000000Z", "h", "app", NULL, NULL, "x" },
	{ "<13>Nov 21 09:01:02 GMT+2 h app: x",
	    "2026-11-21T07:01:02.000000000Z", "h", "app", NULL, NULL, "x" },
	{ "<13>Nov 21 09:01:02 CET app: x", "2026-11-21T08:01:02.000000000Z",
	    "CET", "app", NULL, NULL, "x" },
	{ "<28>2026-11-21T09:01:02.5+02:00 h app[1]: x",
	    "2026-11-21T07:01:02.500000000Z", "h", "app", "1", NULL, "x" },
	{ "<28>2026-11-21T09:01:02Z h app[1]: x",
	    "2026-11-21T09:01:02.000000000Z", "h", "app", "1", NULL, "x" },
	{ "<28>2026-11-21 09:01:02,5 h app[1]: x",
	    "2026-11-21T08:01:02.500000000Z", "h", "app", "1", NULL, "x" },
	{ "<28>2026/11/21 09:01:02 h app[1]: x",
	    "2026-11-21T08:01:02.000000000Z", "h", "app", "1", NULL, "x" },
	/* AIX, Solaris, FreeBSD, F5, FortiGate, Meraki, rsyslog itself. */
	{ "<6>Nov 21 09:01:02 Message forwarded from h1: syslogd: restart",
	    "2026-11-21T08:01:02.000000000Z", "h1", "syslogd", NULL, NULL,
	    "restart" },
	{ "<38>Nov 21 09:01:02 h sshd[1]: [ID 800047 auth.info] x",
	    "2026-11-21T08:01:02.000000000Z", "h", "sshd", "1", "800047", "x" },
	{ "<134>Nov 21 09:01:02 big notice tmm1[9]: 01230140:5: RST",
	    "2026-11-21T08:01:02.000000000Z", "big", "tmm1", "9", NULL,
	    "01230140:5: RST" },
	{ "<189>date=2026-11-21 time=09:01:02 devname=\"fw 1\" tz=\"+0200\"",
	    "2026-11-21T07:01:02.000000000Z", "fw 1", NULL, NULL, NULL,
	    "date=2026-11-21 time=09:01:02 devname=\"fw 1\" tz=\"+0200\"" },
	{ "<190>Nov 21 09:01:02 h rsyslogd:  [origin software=\"rsyslogd\"] "
	  "start",
	    "2026-11-21T08:01:02.000000000Z", "h", "rsyslogd", NULL, NULL,
	    "start" },
	/* Just text. */
	{ "<34>my raw message with a pri header", NULL, NULL, NULL, NULL, NULL,
	    "my raw message with a pri header" },
	{ "Use the BFG!", NULL, NULL, NULL, NULL, NULL, "Use the BFG!" },
	{ "<30>dockerd[12]: x", NULL, NULL, "dockerd", "12", NULL, "x" },
	{ "<11>py: boom", NULL, NULL, "py", NULL, NULL, "boom" },
	{ "<11>ERROR: boom", NULL, NULL, NULL, NULL, NULL, "ERROR: boom" },
	{ "py: boom", NULL, NULL, NULL, NULL, NULL, "py: boom" },
	{ "<30>array[3] is empty", NULL, NULL, NULL, NULL, NULL,
	    "array[3] is empty" },
	{ "<30>backup of Nov 21 09:01:02 done", NULL, NULL, NULL, NULL, NULL,
	    "backup of Nov 21 09:01:02 done" },
	{ "5 - five - - - - -", NULL, NULL, NULL, NULL, NULL,
	    "5 - five - - - - -" },
};

static void
differ(const struct row *row, const char *field, struct str found, int *wrong)
{
	print_error(
	    "%s\n\t%s: \"" STR_FMT "\"\n", row->line, field, STR_ARG(found));
	(*wrong)++;
}

static void
check_text(const struct row *row, const char *field, const char *expected,
    struct str found, int *wrong)
{
	if (!str_equal(found, str_from(expected)))
		differ(row, field, found, wrong);
}

/* In memory of its own, so that a read outside is seen. */
static struct str
exact(const char *text)
{
	size_t len = strlen(text);
	return (struct str){ memcpy(xmalloc(len), text, len), len };
}

static void
check_row(const struct row *row, const struct zone *zone, int *wrong)
{
	char time[TIMESTAMP_LEN];
	struct syslog s;
	struct record r = { .body = exact(row->line) };
	timestamp_parse(str_from(RECEIVED), &r.received);
	r.time = r.received;
	syslog_parse(zone, &r, &s);
	timestamp_format(r.time, time);
	check_text(row, "time", row->time != NULL ? row->time : RECEIVED,
	    (struct str){ time, sizeof(time) }, wrong);
	check_text(row, "host", row->host, r.host, wrong);
	check_text(row, "program", row->program, r.program, wrong);
	check_text(row, "pid", row->pid, r.pid, wrong);
	check_text(row, "msgid", row->msgid, r.msgid, wrong);
	check_text(row, "message", row->message, s.message, wrong);
	if (r.flags != 0)
		differ(row, "malformed", r.body, wrong);
	free((void *)(uintptr_t)r.body.data);
}

TEST(messages_are_read_as_they_are_really_written)
{
	const char *why;
	struct zone *zone = zone_new("+01:00", &why);
	int wrong = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(&rows[i], zone, &wrong);
	assert_int_equal(wrong, 0);
	zone_free(zone);
}

static void
parse(const char *text, struct record *r, struct syslog *s)
{
	const char *why;
	struct zone *zone = zone_new("UTC", &why);
	*r = (struct record){ .body = str_from(text),
		.severity = SEVERITY_DEBUG,
		.facility = FACILITY_LPR };
	syslog_parse(zone, r, s);
	zone_free(zone);
}

TEST(a_level_in_the_text_counts_where_there_is_no_pri)
{
	static const char *const lines[] = {
		"Nov 21 09:01:02 <auth.info> h sshd[1]: x",
		"Nov 21 09:01:02 h auth|security:info sshd[1]: x",
	};
	struct record r;
	struct syslog s;
	for (int i = 0; i < 2; i++) {
		parse(lines[i], &r, &s);
		assert_int_equal(r.severity, SEVERITY_INFO);
		assert_int_equal(r.facility, FACILITY_AUTH);
		assert_true(str_equal(r.host, (struct str)STR("h")));
		assert_true(str_equal(r.program, (struct str)STR("sshd")));
		assert_true(str_equal(s.message, (struct str)STR("x")));
	}
	parse("<13>Nov 21 09:01:02 <auth.info> h sshd[1]: x", &r, &s);
	assert_int_equal(r.severity, SEVERITY_NOTICE);
	assert_int_equal(r.facility, FACILITY_USER);
}

/* At a host that calls itself vm.example. */
static const struct {
	const char *line, *host, *program, *pid, *message;
} local_rows[] = {
	{ "<13>Nov 21 09:01:02 app: x", "vm.example", "app", NULL, "x" },
	{ "<13>Nov 21 09:01:02 app[12]: x", "vm.example", "app", "12", "x" },
	{ "<13>Nov 21 09:01:02 my app: x", "vm.example", "my app", NULL, "x" },
	{ "<13>Nov 21 09:01:02 my app[12]: x", "vm.example", "my app", "12",
	    "x" },
	{ "<13>Nov 21 09:01:02 app:x", "vm.example", "app", NULL, "x" },
	{ "<13>Nov 21 09:01:02 just some text", "vm.example", NULL, NULL,
	    "just some text" },
	{ "<13>Nov 21 09:01:02 a sentence of many words: x", "vm.example", NULL,
	    NULL, "a sentence of many words: x" },
	{ "<13>Nov 21 09:01:02 last message repeated 3 times", "vm.example",
	    NULL, NULL, "last message repeated 3 times" },
	/* nginx, logger --rfc3164: they name it all the same. */
	{ "<13>Nov 21 09:01:02 vm app: x", "vm.example", "app", NULL, "x" },
	{ "<13>Nov 21 09:01:02 VM.example app[12]: x", "vm.example", "app",
	    "12", "x" },
	{ "<13>Nov 21 09:01:02 vm my app: x", "vm.example", "my app", NULL,
	    "x" },
	{ "<13>Nov 21 09:01:02 localhost app: x", "vm.example", "app", NULL,
	    "x" },
	/* Who does not take syslog(3) for it says what he likes. */
	{ "<38>2026-11-21T09:01:02 localhost prg00000[12]: x", "localhost",
	    "prg00000", "12", "x" },
	{ "<13>Nov 21 09:01:02.5 other app: x", "other", "app", NULL, "x" },
	{ "<13>1 - other app 12 - - x", "other", "app", "12", "x" },
};

TEST(SY_18_a_program_of_this_host_names_no_other)
{
	const char *why;
	struct zone *zone = zone_new("UTC", &why);
	for (size_t i = 0; i < sizeof(local_rows) / sizeof(*local_rows); i++) {
		struct record r = { .body = str_from(local_rows[i].line),
			.peer = STR("uid 1000"),
			.host = STR("vm.example") };
		struct syslog s;
		syslog_parse(zone, &r, &s);
		if (!str_equal(r.host, str_from(local_rows[i].host)) ||
		    !str_equal(r.program, str_from(local_rows[i].program)) ||
		    !str_equal(r.pid, str_from(local_rows[i].pid)) ||
		    !str_equal(s.message, str_from(local_rows[i].message)))
			fail_msg("%s: \"" STR_FMT "\" \"" STR_FMT "\"",
			    local_rows[i].line, STR_ARG(r.host),
			    STR_ARG(r.program));
	}
	zone_free(zone);
}

TEST(data_at_the_front_of_a_text_are_data)
{
	struct record r;
	struct syslog s;
	parse("<46>Nov 21 09:01:02 h rsyslogd: [origin a=\"b\"] start", &r, &s);
	assert_true(str_equal(r.data, (struct str)STR("[origin a=\"b\"]")));
	parse("<46>Nov 21 09:01:02 h rsyslogd: [origin] start", &r, &s);
	assert_int_equal(r.data.len, 0);
	parse("<46>Nov 21 09:01:02 h rsyslogd: [origin a=\"b\" start", &r, &s);
	assert_int_equal(r.data.len, 0);
}

TESTS(SPEC(messages_are_read_as_they_are_really_written),
    SPEC(a_level_in_the_text_counts_where_there_is_no_pri),
    SPEC(SY_18_a_program_of_this_host_names_no_other),
    SPEC(data_at_the_front_of_a_text_are_data))
