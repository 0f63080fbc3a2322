#include "tests/unit/unit.h"

#include <string.h>

#include "core/xalloc.h"
#include "record/detect.h"
#include <stdlib.h>

#define NONE (-1)

struct row {
	struct str line;
	int severity;
};

static const struct row pri_rows[] = {
	{ STR("<34>Oct 11 22:14:15 mymachine su: failed"), SEVERITY_CRIT },
	{ STR("<0>x"), SEVERITY_EMERG },
	{ STR("<191>x"), SEVERITY_DEBUG },
	{ STR("<165>1 2003-08-24T05:14:15Z h a - - -"), SEVERITY_NOTICE },
	{ STR("<13>"), SEVERITY_NOTICE },
	{ STR("<192>x"), NONE },
	{ STR("<01>x"), NONE },
	{ STR("<00>x"), NONE },
	{ STR("<>x"), NONE },
	{ STR("<1234>x"), NONE },
	{ STR("< 34>x"), NONE },
	{ STR("<34"), NONE },
	{ STR("<-1>x"), NONE },
	{ STR(" <34>x"), NONE },
	{ STR("<3a>x"), NONE },
};

static const struct row json_rows[] = {
	{ STR("{\"level\":\"error\",\"msg\":\"x\"}"), SEVERITY_ERR },
	{ STR("{\"time\":\"t\",\"level\":\"WARN\",\"msg\":\"x\"}"),
	    SEVERITY_WARNING },
	{ STR("{ \"severity\" : \"Critical\" }"), SEVERITY_CRIT },
	{ STR("{\"name\":\"app\",\"hostname\":\"h\",\"pid\":1,\"level\":30,"
	      "\"msg\":\"x\",\"v\":0}"),
	    SEVERITY_INFO },
	{ STR("{\"level\":60,\"time\":1}"), SEVERITY_CRIT },
	{ STR("{\"level\":35}"), SEVERITY_INFO },
	{ STR("{\"message\":\"x\",\"level\":400,\"level_name\":\"ERROR\"}"),
	    SEVERITY_ERR },
	{ STR("{\"log.level\":\"debug\",\"message\":\"x\"}"), SEVERITY_DEBUG },
	{ STR("{\"msg\":\"a \\\"level\\\":\\\"error\\\" b\",\"lvl\":\"info\"}"),
	    SEVERITY_INFO },
	{ STR("{\"a\":{\"level\":\"error\"},\"level\":\"info\"}"),
	    SEVERITY_INFO },
	{ STR("{\"a\":[1,{\"x\":\"]\"}],\"level\":\"warning\"}"),
	    SEVERITY_WARNING },
	{ STR("{\"ok\":true,\"n\":-1.5e3,\"z\":null,\"level\":\"notice\"}"),
	    SEVERITY_NOTICE },
	{ STR("  {\"level\":\"info\"}"), SEVERITY_INFO },
	{ STR("{\"m\":\"x\\\\\",\"level\":\"err\"}"), SEVERITY_ERR },
	{ STR("{\"level\":\"\",\"severity\":\"ERROR\"}"), SEVERITY_ERR },
	{ STR("{\"level\":\"info\",\"severity\":\"ERROR\"}"), SEVERITY_INFO },
	{ STR("{\"error\":null,\"msg\":\"ERROR x\"}"), NONE },
	{ STR("{\"msg\":\"level error\"}"), NONE },
	{ STR("{\"log\":{\"level\":\"error\"}}"), NONE },
	{ STR("{\"level\":3}"), NONE },
	{ STR("{\"level\":100}"), NONE },
	{ STR("{\"level\":\"none\"}"), NONE },
	{ STR("{\"level\":true}"), NONE },
	{ STR("{\"level\":null}"), NONE },
	{ STR("{\"level\":30"), NONE },
	{ STR("{\"level\":\"error"), NONE },
	{ STR("{\"level\"}"), NONE },
	{ STR("[\"level\",\"error\"]"), NONE },
	{ STR("{level:\"error\"}"), NONE },
	{ STR("{\"Level\":\"error\"}"), NONE },
	{ STR("{\"msg\":\"x}"), NONE },
	{ STR("{"), NONE },
	{ STR("{}"), NONE },
	{ STR("{\"a\":[}"), NONE },
	{ STR("\"level\":\"error\""), NONE },
	{ STR("{\"my_level\":\"error\"}"), NONE },
};

static const struct row letter_rows[] = {
	{ STR("E0102 15:04:05.678901    1234 file.go:123] x"), SEVERITY_ERR },
	{ STR("I0102 15:04:05.678901       1 main.go:1] x"), SEVERITY_INFO },
	{ STR("W1231 23:59:59.000000 1 a.go:1] x"), SEVERITY_WARNING },
	{ STR("F0102 15:04:05 x"), SEVERITY_CRIT },
	{ STR("E/ActivityManager( 1423): x"), SEVERITY_ERR },
	{ STR("D/dalvikvm(12345): GC"), SEVERITY_DEBUG },
	{ STR("V/Tag with space( 12): x"), SEVERITY_DEBUG },
	{ STR("03-17 16:13:38.811  1702  2395 D WindowManager: x"),
	    SEVERITY_DEBUG },
	{ STR("03-17 16:13:38.811  1702  2395 E Tag: x"), SEVERITY_ERR },
	{ STR("[I 240102 15:04:05 web:2271] 200 GET /"), SEVERITY_INFO },
	{ STR("[W 2024-01-02 15:04:05.123 ServerApp] x"), SEVERITY_WARNING },
	{ STR("[C 15:04:05.123 NotebookApp] x"), SEVERITY_CRIT },
	{ STR("E: Unable to locate package foo"), SEVERITY_ERR },
	{ STR("W: GPG error: http://x"), SEVERITY_WARNING },
	{ STR("N: Download is performed"), SEVERITY_NOTICE },
	{ STR("E0102 is a code"), NONE },
	{ STR("X0102 15:04:05 x"), NONE },
	{ STR("E/Tag: x"), NONE },
	{ STR("I/O (3): x"), NONE },
	{ STR("D: is full"), NONE },
	{ STR("E:"), NONE },
	{ STR("I am here"), NONE },
	{ STR("W"), NONE },
	{ STR("03-17 16:13:38.811  1702  2395 X Tag: x"), NONE },
	{ STR("E01"), NONE },
	{ STR("[I think so]"), NONE },
	{ STR("C: drive"), NONE },
	{ STR("A: b"), NONE },
};

static const struct row words_rows[] = {
	{ STR("2024/01/01 10:00:00 [error] 123#0: *1 open() failed"),
	    SEVERITY_ERR },
	{ STR("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok"),
	    SEVERITY_NOTICE },
	{ STR("[Mon Jan 01 10:00:00.123456 2024] [core:error] [pid 12] x"),
	    SEVERITY_ERR },
	{ STR("[Mon Jan 01 10:00:00.1 2024] [ssl:warn] [pid 1] x"),
	    SEVERITY_WARNING },
	{ STR("2024-01-01 10:00:00.123 UTC [1234] ERROR:  relation x"),
	    SEVERITY_ERR },
	{ STR("2024-01-01 10:00:00 UTC [12] FATAL:  x"), SEVERITY_CRIT },
	{ STR("2024-01-01T10:00:00.123456Z 0 [Warning] [MY-010068] [Server] x"),
	    SEVERITY_WARNING },
	{ STR("2024-01-01 10:00:00 0 [Note] InnoDB: x"), SEVERITY_NOTICE },
	{ STR("2024-01-01 10:00:00.123 [info] <0.222.0> started"),
	    SEVERITY_INFO },
	{ STR("[ALERT]    (1) : x"), SEVERITY_ALERT },
	{ STR("2024-01-01T00:00:00Z|00001|bridge|INFO|x"), SEVERITY_INFO },
	{ STR("2024-01-01 10:00:00,123 ERROR [main] com.example.Foo: x"),
	    SEVERITY_ERR },
	{ STR("10:00:00.123 [main] WARN com.example.Foo - x"),
	    SEVERITY_WARNING },
	{ STR("2024-01-01 10:00:00.123  INFO 1234 --- [main] c.e.Foo : x"),
	    SEVERITY_INFO },
	{ STR("[2024-01-01T10:00:00,123][INFO ][o.e.n.Node] [node] x"),
	    SEVERITY_INFO },
	{ STR("[2024-01-01 10:00:00,123] WARN [Log partition=x] y"),
	    SEVERITY_WARNING },
	{ STR("0 [main] DEBUG foo - x"), SEVERITY_DEBUG },
	{ STR("SEVERE: x"), SEVERITY_ERR },
	{ STR("2015-07-29 17:41:44,747 - INFO  [QuorumPeer] - x"),
	    SEVERITY_INFO },
	{ STR("17/06/09 20:10:40 INFO executor.Backend: x"), SEVERITY_INFO },
	{ STR("081109 203615 148 INFO dfs.DataNode$PacketResponder: x"),
	    SEVERITY_INFO },
	{ STR("2024-01-01 10:00:00,123 - module - ERROR - x"), SEVERITY_ERR },
	{ STR("ERROR:root:x"), SEVERITY_ERR },
	{ STR("WARNING:py.warnings:x"), SEVERITY_WARNING },
	{ STR("[INFO/MainProcess] x"), SEVERITY_INFO },
	{ STR("[2024-01-01 10:00:00] production.ERROR: x"), SEVERITY_ERR },
	{ STR("[01-Jan-2024 10:00:00 UTC] PHP Warning:  x"), SEVERITY_WARNING },
	{ STR("PHP Fatal error:  Uncaught x"), SEVERITY_CRIT },
	{ STR("[2024-01-01T10:00:00Z ERROR foo::bar] x"), SEVERITY_ERR },
	{ STR("2024-01-01T10:00:00.000Z  WARN foo: x"), SEVERITY_WARNING },
	{ STR("2024-01-01T10:00:00.000Z\tinfo\tmain.go:1\tx"), SEVERITY_INFO },
	{ STR("INFO[0000] A walrus appears"), SEVERITY_INFO },
	{ STR("time=\"2024-01-01T10:00:00Z\" level=warning msg=\"x\""),
	    SEVERITY_WARNING },
	{ STR("ts=1 caller=main.go:1 level=error err=x"), SEVERITY_ERR },
	{ STR("level=\"info\" msg=x"), SEVERITY_INFO },
	{ STR("lvl=dbug level=debug"), SEVERITY_DEBUG },
	{ STR("2024-01-01T10:00:00Z INF x"), SEVERITY_INFO },
	{ STR("\x1b[32mINFO\x1b[0m x"), SEVERITY_INFO },
	{ STR("2024-01-01 10:00:00 \x1b[1;31mERROR\x1b[0m x"), SEVERITY_ERR },
	{ STR("INFO:     127.0.0.1:1 - x"), SEVERITY_INFO },
	{ STR("Jan  1 10:00:00 host prog[123]: ERROR x"), SEVERITY_ERR },
	{ STR("Jan  1 10:00:00 host prog[123]: error: x"), SEVERITY_ERR },
	{ STR("Jan 12 10:00:00 host kernel: [   1.5] WARNING: CPU: 0"),
	    SEVERITY_WARNING },
	{ STR("error: pathspec did not match"), SEVERITY_ERR },
	{ STR("fatal: not a git repository"), SEVERITY_CRIT },
	{ STR("warning: unused"), SEVERITY_WARNING },
	{ STR("foo.c:12:5: error: expected ;"), SEVERITY_ERR },
	{ STR("foo.c:1:10: fatal error: x.h: No"), SEVERITY_CRIT },
	{ STR("/usr/bin/ld: warning: x"), SEVERITY_WARNING },
	{ STR("make: warning: x"), SEVERITY_WARNING },
	{ STR("Error: Cannot find module"), SEVERITY_ERR },
	{ STR("panic: runtime error"), SEVERITY_EMERG },
	{ STR("[error] x"), SEVERITY_ERR },
	{ STR("nginx [error] open() failed"), SEVERITY_ERR },
	{ STR("[ERROR] x"), SEVERITY_ERR },
	{ STR("[  error ] x"), SEVERITY_ERR },
	{ STR("<warn> x"), SEVERITY_WARNING },
	{ STR("WARN"), SEVERITY_WARNING },
	{ STR("ERROR"), SEVERITY_ERR },
	{ STR("ERROR x"), SEVERITY_ERR },
	{ STR("*** ERROR *** x"), SEVERITY_ERR },
	{ STR("|ERROR| x"), SEVERITY_ERR },
	{ STR("2016-09-28 04:30:30, Info                  CBS    Loaded"),
	    SEVERITY_INFO },
	{ STR("- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 "
	      "2005-06-03-15.42.50.675872 R02-M1-N0-C:J12-U11 RAS KERNEL INFO "
	      "cache"),
	    SEVERITY_INFO },
	{ STR("nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 "
	      "25746 INFO nova x"),
	    SEVERITY_INFO },
	{ STR("2024-01-01,ERROR,x"), SEVERITY_ERR },
	{ STR("ERROR: 404 not found"), SEVERITY_ERR },
	{ STR("error: none of them"), SEVERITY_ERR },
	{ STR("2024-01-01 10:00:00 web-1 ERROR x"), SEVERITY_ERR },
	{ STR("DEBUG2: x"), SEVERITY_DEBUG },
	{ STR(""), NONE },
	{ STR(" "), NONE },
	{ STR("error=nil"), NONE },
	{ STR("0 errors"), NONE },
	{ STR("no error"), NONE },
	{ STR("errors: 0"), NONE },
	{ STR("info about warnings"), NONE },
	{ STR("error: nil"), NONE },
	{ STR("ERROR: 0, WARNING: 3"), NONE },
	{ STR("err=nil done"), NONE },
	{ STR("all done without error"), NONE },
	{ STR("No ERROR found"), NONE },
	{ STR("Got ERROR from peer"), NONE },
	{ STR("1 ERROR, 2 WARNING"), NONE },
	{ STR("404 ERROR"), NONE },
	{ STR("error"), NONE },
	{ STR("Error opening x"), NONE },
	{ STR("warning signs ahead"), NONE },
	{ STR("errors"), NONE },
	{ STR("ERRORS"), NONE },
	{ STR("ERROR_COUNT 3"), NONE },
	{ STR("ERROR=3"), NONE },
	{ STR("ERROR-123 x"), NONE },
	{ STR("NO ERROR"), NONE },
	{ STR("DEBUG mode enabled"), NONE },
	{ STR("INFO level set"), NONE },
	{ STR("ERROR, WARNING and INFO are levels"), NONE },
	{ STR("terror: x"), NONE },
	{ STR("the error: x"), NONE },
	{ STR("user said: ERROR: x"), NONE },
	{ STR("debug: true"), NONE },
	{ STR("warning: 0"), NONE },
	{ STR("error: 5"), NONE },
	{ STR("1.2.3.4 - - [01/Jan/2024:10:00:00 +0000] \"GET /error "
	      "HTTP/1.1\" 200"),
	    NONE },
	{ STR("1.2.3.4 - - [01/Jan/2024:10:00:00 +0000] \"TRACE / HTTP/1.1\" "
	      "405"),
	    NONE },
	{ STR("10:00:00 error connecting"), NONE },
	{ STR("10:00:00 service returned ERROR"), NONE },
	{ STR("Jan  1 10:00:00 host prog[1]: no error"), NONE },
	{ STR("Jan  1 10:00:00 host prog[1]: 0 errors"), NONE },
	{ STR("msg=\"level=error\""), NONE },
	{ STR("setting level=debug now"), NONE },
	{ STR("loglevel=error"), NONE },
	{ STR("level="), NONE },
	{ STR("level=errors"), NONE },
	{ STR("level=3"), NONE },
	{ STR("it found [error] tag"), NONE },
	{ STR("<error>text</error>"), NONE },
	{ STR("error(s): 0"), NONE },
	{ STR("ERROR(S) 0"), NONE },
	{ STR("info@example.com"), NONE },
	{ STR("/var/log/error.log rotated"), NONE },
	{ STR("GET /warning"), NONE },
	{ STR("Information desk"), NONE },
	{ STR("finely ground"), NONE },
	{ STR("alert the team"), NONE },
	{ STR("mode: debug"), NONE },
	{ STR("level: error"), NONE },
	{ STR("Notice that this"), NONE },
	{ STR("(error)"), NONE },
	{ STR("errorlevel: x"), NONE },
	{ STR("INFO=1 x"), NONE },
	{ STR("10:00:00 INFOx"), NONE },
	{ STR("status: error"), NONE },
	{ STR("\xff\xfe error"), NONE },
};
/* Look at `line` in memory of its own, so that a read outside is seen. */
static int
detect(struct str line, enum facility *facility)
{
	char *copy = str_copy(line);
	char *exact = memcpy(xmalloc(line.len), copy, line.len);
	struct record r = { .body = { exact, line.len },
		.severity = SEVERITY_COUNT,
		.facility = FACILITY_COUNT };
	int found = detect_severity(&r);
	if (found == 0) {
		assert_int_equal(r.severity, SEVERITY_COUNT);
		assert_int_equal(r.facility, FACILITY_COUNT);
	}
	*facility = r.facility;
	free(exact);
	free(copy);
	return found ? (int)r.severity : NONE;
}

static void
check(const struct row *rows, size_t count)
{
	enum facility facility;
	int wrong = 0;
	for (size_t i = 0; i < count; i++) {
		int found = detect(rows[i].line, &facility);
		if (found == rows[i].severity)
			continue;
		print_error("%d, not %d: " STR_FMT "\n", found,
		    rows[i].severity, STR_ARG(rows[i].line));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

TEST(a_pri_at_the_very_start_is_read)
{
	CHECK(pri_rows);
}

TEST(a_pri_also_gives_the_facility)
{
	enum facility facility;
	detect((struct str)STR("<165>x"), &facility);
	assert_int_equal(facility, FACILITY_LOCAL0 + 4);
	detect((struct str)STR("<6>x"), &facility);
	assert_int_equal(facility, FACILITY_KERN);
	detect((struct str)STR("[error] x"), &facility);
	assert_int_equal(facility, FACILITY_COUNT);
}

TEST(json_says_its_level_at_the_top)
{
	CHECK(json_rows);
}

TEST(json_is_looked_at_for_4_kib)
{
	static const char head[] = "{\"a\":\"",
			  tail[] = "\",\"level\":\"err\"}";
	char line[5000];
	enum facility facility;
	memset(line, 'x', sizeof(line));
	memcpy(line, head, sizeof(head) - 1);
	memcpy(line + 4000, tail, sizeof(tail) - 1);
	struct str near = { line, 4000 + sizeof(tail) - 1 };
	assert_int_equal(detect(near, &facility), SEVERITY_ERR);
	memset(line + 4000, 'x', sizeof(tail));
	memcpy(line + 4090, tail, sizeof(tail) - 1);
	struct str far = { line, 4090 + sizeof(tail) - 1 };
	assert_int_equal(detect(far, &facility), NONE);
}

TEST(one_letter_is_a_level_in_forms_that_have_it)
{
	CHECK(letter_rows);
}

TEST(level_words_count_where_levels_stand)
{
	CHECK(words_rows);
}

TEST(the_window_does_not_cut_a_word_into_a_level)
{
	char line[300];
	enum facility facility;
	memset(line, ' ', sizeof(line));
	memcpy(line + 251, "ERRORS", 6);
	struct str s = { line, sizeof(line) };
	assert_int_equal(detect(s, &facility), NONE);
	memcpy(line + 240, "ERROR ", 6);
	assert_int_equal(detect(s, &facility), SEVERITY_ERR);
}

TESTS(SPEC(a_pri_at_the_very_start_is_read),
    SPEC(a_pri_also_gives_the_facility), SPEC(json_says_its_level_at_the_top),
    SPEC(json_is_looked_at_for_4_kib),
    SPEC(one_letter_is_a_level_in_forms_that_have_it),
    SPEC(level_words_count_where_levels_stand),
    SPEC(the_window_does_not_cut_a_word_into_a_level))
