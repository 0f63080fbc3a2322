#include <string.h>

#include "record/detect_rules.h"
#include "record/form.h"

/* Where a Cisco mark may stand: behind a number, a host and a time. */
#define CISCO_WINDOW 96

/* The level is a word of severity_parse. */
#define A_WORD NULL, NULL

static const struct form forms[] = {
	/* dmesg -x */
	{ "kern~:%L~: [", A_WORD },
	{ "user~:%L~: [", A_WORD },
	{ "daemon~:%L~: [", A_WORD },
	{ "syslog~:%L~: [", A_WORD },
	/* Log4j 2's and Logback's own words, Tomcat's CONFIG, Ansible */
	{ "%T main %L ", A_WORD },
	{ "%T |-%L in ", A_WORD },
	{ "%T %L [", "CONFIG", "7" },
	{ "%L! the ", "ERROR", "3" },
	/* Jetty, and Python's loggers; Celery; Puppet */
	{ "%T:%L:", A_WORD },
	{ "[%T: %L/", A_WORD },
	{ "%T Puppet (%L): ", A_WORD },
	/* GLib */
	{ "(%w %n): %L: ", "DEBUG", "7" },
	{ "(%n): %L: ", "DEBUG", "7" },
	{ "(%n): %L **: ", A_WORD },
	{ "(%w %n): %L **: ", A_WORD },
	{ "** (%n): %L **: ", A_WORD },
	{ "%L **: ", A_WORD },
	{ "** %L **: ", A_WORD },
	{ "(%n): %L: ", "Message", "5" },
	{ "** %L: ", "Message", "5" },
	/* Erlang */
	{ "=%L REPORT==== ", A_WORD },
	/* Chromium */
	{ "[%i:%i:0000/000000.%i:%L:", A_WORD },
	{ "[0000/000000.%i:%L:", A_WORD },
	{ "[0000/000000:%L:", A_WORD },
	{ "[%i:%i:0000/000000:%L:", A_WORD },
	/* .NET; its other words are words anywhere */
	{ "%L: %n[%i]", "fail", "3" },
	{ "%T %L: %n[%i]", "fail", "3" },
	/* Layouts with the level in front of the time or against it */
	{ "%L %T", A_WORD },
	{ "%L [%T", A_WORD },
	{ "%L,%T", A_WORD },
	{ "%T::%L::", A_WORD },
	{ "%T@%i/%L - ", A_WORD },
	/* PgBouncer, Pgpool, Kodi, DB2, Dancer, VMware, VLC, Wine */
	{ "%T %i %L ", "LOG", "6" },
	{ "%T [%i] %L ", "LOG", "6" },
	{ "%T: %n pid %i: %L: ", A_WORD },
	{ "%T: %n pid %i: %L: ", "LOG", "6" },
	{ "%T T:%i %L <", A_WORD },
	{ "%T+%i %w LEVEL: %L", A_WORD },
	{ "%T-%i %w LEVEL: %L", A_WORD },
	{ "[%n] %L @0000-00-00", A_WORD },
	{ "[%T %w %L '", A_WORD },
	{ "[0000%w %n %n %L: ", A_WORD },
	{ "0000:%L:", A_WORD },
	/* Zephyr, whose inf is no number; Zigbee2MQTT */
	{ "[00:00:00.000,000] <%L> ", "inf", "6" },
	{ "[00:00:00.000,000] <%L> ", A_WORD },
	{ "Zigbee2MQTT:%L ", A_WORD },
	/* cron */
	{ "(%n) %L (", A_WORD },
	/* BlueGene: time, place, "RAS KERNEL INFO"; FAILURE is its worst */
	{ "%T %u RAS %n %L ", A_WORD },
	{ "%T %u NULL %n %L ", A_WORD },
	{ "%T %u RAS %n %L ", "FAILURE", "2" },
};

static struct form_set set = { .forms = forms,
	.count = sizeof(forms) / sizeof(*forms) };

static bool
is_upper_name(char c)
{
	return (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '_';
}

static size_t
skip_upper(struct str s, size_t at)
{
	while (at < s.len && is_upper_name(s.data[at]))
		at++;
	return at;
}

/*
 * "%SYS-5-CONFIG_I: ", "%ASA-6-302013: ", Huawei's "%%01IFNET/4/STATE(l)[1]:":
 * the digit is syslog's.  Only a time, a number, a star or a dot may start its
 * line.
 */
static int
find_cisco(const struct front *f, enum severity *out)
{
	struct str s = f->line;
	bool bare = s.len == 0 || s.data[0] >= 'A';
	if (bare && f->time == 0 && !f->carried)
		return 0;
	size_t window = s.len < CISCO_WINDOW ? s.len : CISCO_WINDOW;
	const char *mark = window > 0 ? memchr(s.data, '%', window) : NULL;
	if (mark == NULL || (mark > s.data && mark[-1] != ' '))
		return 0;
	size_t start = (size_t)(mark - s.data) + 1;
	bool huawei = start < s.len && s.data[start] == '%';
	start += huawei;
	size_t at = skip_upper(s, start);
	char separator = huawei ? '/' : '-';
	if (at - start < 2 || s.len - at < 5 || s.data[at] != separator ||
	    s.data[at + 1] < '0' || s.data[at + 1] > '7' ||
	    s.data[at + 2] != separator)
		return 0;
	size_t name = at + 3, end = skip_upper(s, name);
	if (end - name < 2 || end == s.len ||
	    (s.data[end] != ':' && !(huawei && s.data[end] == '(')))
		return 0;
	*out = (enum severity)(s.data[at + 1] - '0');
	return 1;
}

int
detect_program(const struct front *f, enum severity *out)
{
	return form_find(&set, f, out) || find_cisco(f, out);
}
