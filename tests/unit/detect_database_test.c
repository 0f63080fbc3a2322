#include "tests/unit/detect_table.h"

static const struct row rows[] = {
	{ STR("2024-01-02 15:04:05.678 UTC,\"u\",\"d\",1,\"h:1\",6.1,1,"
	      "\"idle, x\",2024-01-02 15:04:05 UTC,3/1,0,LOG,00000,\"a\",,"),
	    SEVERITY_INFO },
	{ STR("2024-01-02 15:04:05.678 UTC,,,1,,6.1,1,,2024-01-02 15:04:05 "
	      "UTC,,0,FATAL,57P03,\"a\",,"),
	    SEVERITY_CRIT },
	{ STR("2024-01-02 15:04:05,a,b,c"), NONE },
};

TEST(the_12th_column_of_csvlog_is_a_level)
{
	CHECK(rows);
}

TESTS(SPEC(the_12th_column_of_csvlog_is_a_level))
