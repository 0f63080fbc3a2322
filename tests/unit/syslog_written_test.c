/*
 * Every row of tests/vectors/syslog_written.tsv: a message as somebody really
 * sends it, or as nobody should, and what is to be read in it.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/buffer.h"
#include "core/xalloc.h"
#include "record/syslog.h"
#include "record/timestamp.h"

enum column {
	RAW,
	LEVEL,
	TIME,
	HOST,
	PROGRAM,
	PID,
	MSGID,
	DATA,
	MESSAGE,
	MARK,
	COLUMNS,
};

static const char *const names[COLUMNS] = { "raw", "level", "time", "host",
	"program", "pid", "msgid", "data", "message", "mark" };

static int wrong;

/* Cut at the next tab; the end of the line is one too. */
static struct str
take_column(struct str *rest)
{
	size_t n = 0;
	while (n < rest->len && rest->data[n] != '\t')
		n++;
	struct str column = { rest->data, n };
	*rest = str_after(*rest, n < rest->len ? n + 1 : n);
	return column;
}

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c);
	assert_non_null(at);
	return (int)(at - digits);
}

/* \t, \r, \n, \\ and \xNN; in memory that ends where the bytes do. */
static struct str
unescape(struct str s)
{
	char *out = xmalloc(s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];
		if (c == '\\') {
			c = s.data[++i];
			if (c == 'x') {
				c = (char)(hex(s.data[i + 1]) * 16 +
				    hex(s.data[i + 2]));
				i += 2;
			} else if (c != '\\')
				c = c == 't' ? '\t' : c == 'r' ? '\r' : '\n';
		}
		out[n++] = c;
	}
	return (struct str){ xrealloc(out, n > 0 ? n : 1), n };
}

static void
check(const struct str row[COLUMNS], enum column which, struct str found)
{
	struct str expected = unescape(row[which]);
	if (!str_equal(expected, found)) {
		print_error(STR_FMT "\n\t%s: \"" STR_FMT "\", not \"" STR_FMT
				    "\"\n",
		    STR_ARG(row[RAW]), names[which], STR_ARG(found),
		    STR_ARG(row[which]));
		wrong++;
	}
	free((void *)(uintptr_t)expected.data);
}

/* Without zeros behind it; "-" when it is that of arrival. */
static struct str
shown_time(const struct record *r, char shown[TIMESTAMP_LEN])
{
	size_t n = TIMESTAMP_LEN - 1;
	if (r->time == r->received)
		return (struct str)STR("-");
	timestamp_format(r->time, shown);
	while (shown[n - 1] == '0')
		n--;
	n -= shown[n - 1] == '.';
	shown[n++] = 'Z';
	return (struct str){ shown, n };
}

static void
check_row(const struct zone *zone, struct str line)
{
	char shown[TIMESTAMP_LEN];
	struct str row[COLUMNS];
	struct syslog s;
	struct buffer level = { 0 };
	for (int i = 0; i < COLUMNS; i++)
		row[i] = take_column(&line);
	struct str body = unescape(row[RAW]);
	struct record r = { .body = body,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_USER };
	timestamp_parse(str_from("2026-11-21T12:00:00Z"), &r.received);
	r.time = r.received;
	syslog_parse(zone, &r, &s);
	assert_true(r.body.data == body.data && r.body.len == body.len);
	buffer_printf(&level, STR_FMT "." STR_FMT,
	    STR_ARG(severity_word(r.severity)),
	    STR_ARG(facility_word(r.facility)));
	check(row, LEVEL, buffer_str(&level));
	check(row, TIME, shown_time(&r, shown));
	check(row, HOST, r.host);
	check(row, PROGRAM, r.program);
	check(row, PID, r.pid);
	check(row, MSGID, r.msgid);
	check(row, DATA, r.data);
	check(row, MESSAGE, s.message);
	check(row, MARK, str_from(r.flags != 0 ? "malformed" : ""));
	buffer_clear(&level);
	free((void *)(uintptr_t)body.data);
}

TEST(SY_01_messages_as_they_are_written_are_read_as_the_table_says)
{
	const char *why;
	struct zone *zone = zone_new("+01:00", &why);
	FILE *in = fopen(VECTORS "/syslog_written.tsv", "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int rows = 0;
	assert_non_null(in);
	while ((n = getline(&line, &size, in)) > 0) {
		if (line[0] == '#')
			continue;
		check_row(zone, (struct str){ line, (size_t)n - 1 });
		rows++;
	}
	assert_true(rows > 500);
	assert_int_equal(wrong, 0);
	free(line);
	fclose(in);
	zone_free(zone);
}

TESTS(SPEC(SY_01_messages_as_they_are_written_are_read_as_the_table_says))
