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
	{ STR("=ERROR REPORT==== 1-Jan-2024::10:00:00 ==="), SEVERITY_ERR },
	{ STR("[1:2:0102/100000.123456:ERROR:file.cc(12)] x"), SEVERITY_ERR },
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
	{ STR("WARN  2024-01-02 10:00:00 x"), SEVERITY_WARNING },
	{ STR("info  [2024-01-02 10:00:00.123 Z] x"), SEVERITY_INFO },
	{ STR("Error,1/2/2024 3:04:05 PM,Application,1000"), SEVERITY_ERR },
	{ STR("2024-01-02 10:00:00,123::INFO::[a:1] x"), SEVERITY_INFO },
	{ STR("10:00:00@446/\x1b[1;31merror\x1b[0m - x"), SEVERITY_ERR },
	{ STR("2024-01-02 10:00:00.123 UTC [9] LOG x"), SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00: main pid 9: LOG:  x"), SEVERITY_INFO },
	{ STR("2024-01-02 10:00:00.123 T:12    error <general>: x"),
	    SEVERITY_ERR },
	{ STR("2024-01-02-10.00.00.123456+060 I1E5   LEVEL: Severe"),
	    SEVERITY_ERR },
	{ STR("[App:12] warning @2024-01-02 10:00:00> x"), SEVERITY_WARNING },
	{ STR("[00:00:01.123,000] <inf> main: x"), SEVERITY_INFO },
	{ STR("10:00:00 fail: Worker[1]"), SEVERITY_ERR },
	{ STR("Jan  2 10:00:00 sw %%01IFNET/4/STATE(l)[1]:x"),
	    SEVERITY_WARNING },
	{ STR("error reading 2024-01-02 10:00:00"), NONE },
	{ STR("%SYS-8-X: y"), NONE },
	{ STR("100 %ERR-3-X: y"), NONE },
	{ STR("=CRASH REPORT==== 1-Jan-2024::10:00:00 ==="), NONE },
	{ STR("(root) CMD (error)"), NONE },
	{ STR("fail: it did"), NONE },
};

TEST(some_programs_have_a_place_of_their_own)
{
	CHECK(rows);
}

TESTS(SPEC(some_programs_have_a_place_of_their_own))
