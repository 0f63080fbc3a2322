/*
 * What unmodified senders put on the wire: logger of util-linux 2.38.1,
 * rsyslog 8.2302, syslog-ng 3.38.1 and Python 3.11's SysLogHandler.  Recorded;
 * then only level, PID and text were made the same in all of them, and the
 * NUL left out that Python ends a message with.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "record/syslog.h"
#include "record/timestamp.h"

#define RECEIVED "2026-11-21T14:15:00Z"
#define QUALITY \
	"[timeQuality tzKnown=\"1\" isSynced=\"1\" syncAccuracy=\"93016\"]"

static const struct row {
	const char *line;
	const char *time; /* its time of day on that day; NULL: none */
	const char *host, *program, *pid, *msgid, *data, *message;
	bool has_pri;
} rows[] = {
	/* logger -u SOCKET -p local0.err, and -i; -n HOST --rfc3164 */
	{ "<131>Nov 21 14:10:46 app: x y", "14:10:46", NULL, "app", NULL, NULL,
	    NULL, "x y", true },
	{ "<131>Nov 21 14:10:46 app[4711]: x y", "14:10:46", NULL, "app",
	    "4711", NULL, NULL, "x y", true },
	{ "<131>Nov 21 14:10:46 vm app[4711]: x y", "14:10:46", "vm", "app",
	    "4711", NULL, NULL, "x y", true },
	{ "<131>Nov 21 14:10:46 : x y", "14:10:46", NULL, NULL, NULL, NULL,
	    NULL, "x y", true },
	/* --rfc5424 --msgid ID --sd-id a@1 --sd-param x="y" */
	{ "<131>1 2026-11-21T14:10:15.501126+00:00 vm app 4711 ID " QUALITY
	  "[a@1 x=\"y\"] x y",
	    "14:10:15.501126", "vm", "app", "4711", "ID",
	    QUALITY "[a@1 x=\"y\"]", "x y", true },
	{ "<131>1 2026-11-21T14:10:15.501126+00:00 - app - - " QUALITY " x y",
	    "14:10:15.501126", NULL, "app", NULL, NULL, QUALITY, "x y", true },
	/* --rfc5424=notime,notq,nohost */
	{ "<131>1 - - app - - - x y", NULL, NULL, "app", NULL, NULL, NULL,
	    "x y", true },
	/* RSYSLOG_TraditionalForwardFormat, _ForwardFormat,
	 * _SyslogProtocol23Format, _TraditionalFileFormat, _FileFormat */
	{ "<131>Nov 21 14:13:48 vm app[4711]: x y", "14:13:48", "vm", "app",
	    "4711", NULL, NULL, "x y", true },
	{ "<131>2026-11-21T14:13:48.992085+00:00 vm app[4711]: x y",
	    "14:13:48.992085", "vm", "app", "4711", NULL, NULL, "x y", true },
	{ "<131>1 2026-11-21T14:13:48.992085+00:00 vm app 4711 - -  x y\n",
	    "14:13:48.992085", "vm", "app", "4711", NULL, NULL, " x y", true },
	{ "Nov 21 14:13:48 vm app[4711]: x y\n", "14:13:48", "vm", "app",
	    "4711", NULL, NULL, "x y", false },
	{ "2026-11-21T14:13:48.992085+00:00 vm app[4711]: x y\n",
	    "14:13:48.992085", "vm", "app", "4711", NULL, NULL, "x y", false },
	/* syslog-ng: network(), and syslog() */
	{ "<131>Nov 21 14:14:11 vm app[4711]: x y\n", "14:14:11", "vm", "app",
	    "4711", NULL, NULL, "x y", true },
	{ "<131>1 2026-11-21T14:14:11+00:00 vm app 4711 - "
	  "[meta sequenceId=\"1\"] x y\n",
	    "14:14:11", "vm", "app", "4711", NULL, "[meta sequenceId=\"1\"]",
	    "x y", true },
	/* SysLogHandler, without and with an ident */
	{ "<131>x y", NULL, NULL, NULL, NULL, NULL, NULL, "x y", true },
	{ "<131>app: x y", NULL, NULL, "app", NULL, NULL, NULL, "x y", true },
};

static int wrong;

static void
check(const struct row *row, const char *field, const char *expected,
    struct str found)
{
	if (str_equal(found, str_from(expected)))
		return;
	print_error(
	    "%s\n\t%s: \"" STR_FMT "\"\n", row->line, field, STR_ARG(found));
	wrong++;
}

static void
check_row(const struct row *row, const struct zone *zone)
{
	char stamp[64] = RECEIVED;
	int64_t time;
	struct syslog s;
	struct record r = { .body = str_from(row->line),
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER };
	timestamp_parse(str_from(RECEIVED), &r.received);
	r.time = r.received;
	syslog_parse(zone, &r, &s);
	if (row->time != NULL)
		snprintf(stamp, sizeof(stamp), "2026-11-21T%sZ", row->time);
	assert_int_equal(timestamp_parse(str_from(stamp), &time), 0);
	assert_true(r.time == time);
	check(row, "host", row->host, r.host);
	check(row, "program", row->program, r.program);
	check(row, "pid", row->pid, r.pid);
	check(row, "msgid", row->msgid, r.msgid);
	check(row, "data", row->data, r.data);
	check(row, "message", row->message, s.message);
	assert_int_equal(s.has_pri, row->has_pri);
	assert_int_equal(
	    r.severity, row->has_pri ? SEVERITY_ERR : SEVERITY_NOTICE);
	assert_int_equal(
	    r.facility, row->has_pri ? FACILITY_LOCAL0 : FACILITY_USER);
	assert_int_equal(r.flags, 0);
}

TEST(SY_20_21_22_unmodified_senders_are_understood)
{
	const char *why;
	struct zone *zone = zone_new("UTC", &why);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(&rows[i], zone);
	assert_int_equal(wrong, 0);
	zone_free(zone);
}

TESTS(SPEC(SY_20_21_22_unmodified_senders_are_understood))
