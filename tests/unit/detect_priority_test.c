#include "tests/unit/detect_table.h"

static const struct row rows[] = {
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
	{ STR("6,339,5140900,-;NET: Registered"), SEVERITY_INFO },
	{ STR("3,1,2,c;x"), SEVERITY_ERR },
	{ STR("30,1,2,-,caller=T1;systemd: x"), SEVERITY_INFO },
	{ STR("6,339,5140900;x"), NONE },
	{ STR("6,339,x,-;x"), NONE },
	{ STR("192,1,2,-;x"), NONE },
	{ STR("6,1"), NONE },
	{ STR("6,,2,-;x"), NONE },
};

TEST(a_pri_at_the_very_start_is_read)
{
	CHECK(rows);
}

TEST(a_pri_also_gives_the_facility)
{
	enum facility facility;
	detect_line((struct str)STR("<165>x"), &facility);
	assert_int_equal(facility, FACILITY_LOCAL0 + 4);
	detect_line((struct str)STR("<6>x"), &facility);
	assert_int_equal(facility, FACILITY_KERN);
	detect_line((struct str)STR("[error] x"), &facility);
	assert_int_equal(facility, FACILITY_COUNT);
}

TESTS(
    SPEC(a_pri_at_the_very_start_is_read), SPEC(a_pri_also_gives_the_facility))
