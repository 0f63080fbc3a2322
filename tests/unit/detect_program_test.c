#include "tests/unit/detect_table.h"

static const struct row rows[] = {
	{ STR("kern  :warn  : [    0.000000] x"), SEVERITY_WARNING },
	{ STR("daemon:info  : [    1.2] systemd[1]: x"), SEVERITY_INFO },
	{ STR("%SYS-5-CONFIG_I: Configured"), SEVERITY_NOTICE },
	{ STR("*Mar  1 00:00:00.123: %LINK-3-UPDOWN: x"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 fw %ASA-6-302013: Built"), SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00.123:INFO:oejs.Server:main: x"),
	    SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00.123:DBUG:x:main: x"), SEVERITY_DEBUG },
	{ STR("[2024-01-02 10:00:00,123: WARNING/MainProcess] x"),
	    SEVERITY_WARNING },
	{ STR("2024-01-02 10:00:00 +0000 Puppet (err): x"), SEVERITY_ERR },
	{ STR("(gtk:12): Gtk-WARNING **: x"), SEVERITY_WARNING },
	{ STR("** (process:12): CRITICAL **: x"), SEVERITY_CRIT },
	{ STR("** Message: 10:00:00.1: x"), SEVERITY_NOTICE },
	{ STR("npm ERR! code E404"), SEVERITY_ERR },
	{ STR("npm notice"), SEVERITY_NOTICE },
	{ STR("npm verb cli x"), SEVERITY_DEBUG },
	{ STR("3 silly x"), SEVERITY_DEBUG },
	{ STR("CMake Error at CMakeLists.txt:1 (message):"), SEVERITY_ERR },
	{ STR("CMake Warning (dev) at x"), SEVERITY_WARNING },
	{ STR("CMake Deprecation Warning at x"), SEVERITY_WARNING },
	{ STR("=ERROR REPORT==== 1-Jan-2024::10:00:00 ==="), SEVERITY_ERR },
	{ STR("[1:2:0102/100000.123456:ERROR:file.cc(12)] x"), SEVERITY_ERR },
	{ STR("OpenJDK 64-Bit Server VM warning: x"), SEVERITY_WARNING },
	{ STR("Java HotSpot(TM) 64-Bit Server VM warning: x"),
	    SEVERITY_WARNING },
	{ STR("PHP Parse error:  x"), SEVERITY_ERR },
	{ STR("error[E0308]: mismatched types"), SEVERITY_ERR },
	{ STR("fail: Microsoft.Hosting[13]"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 h cron[1]: (CRON) INFO (pidfile fd = 3)"),
	    SEVERITY_INFO },
	{ STR("- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 "
	      "R02-M1 RAS KERNEL FATAL x"),
	    SEVERITY_CRIT },
	{ STR("- 1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 NULL "
	      "RAS BGLMASTER FAILURE x"),
	    SEVERITY_CRIT },
	{ STR("2024-01-02 10:00:00,106 main ERROR Could not"), SEVERITY_ERR },
	{ STR("13:28:42.133 |-ERROR in c.e.X - x"), SEVERITY_ERR },
	{ STR("%SYS-8-X: y"), NONE },
	{ STR("100 %ERR-3-X: y"), NONE },
	{ STR("npm install error"), NONE },
	{ STR("CMake Errors"), NONE },
	{ STR("=CRASH REPORT==== 1-Jan-2024::10:00:00 ==="), NONE },
	{ STR("(root) CMD (error)"), NONE },
	{ STR("error[x]: y"), NONE },
	{ STR("fail: it did"), NONE },
};

TEST(some_programs_have_a_place_of_their_own)
{
	CHECK(rows);
}

TESTS(SPEC(some_programs_have_a_place_of_their_own))
