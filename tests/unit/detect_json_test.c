#include "tests/unit/detect_table.h"

static const struct row rows[] = {
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
	{ STR("{\"msg\":\"x}"), NONE },
	{ STR("{"), NONE },
	{ STR("{}"), NONE },
	{ STR("{\"a\":[}"), NONE },
	{ STR("\"level\":\"error\""), NONE },
	{ STR("{\"my_level\":\"error\"}"), NONE },
	{ STR("{\"log\":{\"level\":\"error\"}}"), SEVERITY_ERR },
	{ STR("{\"Level\":\"Error\"}"), SEVERITY_ERR },
	{ STR("{\"@fields\":{\"level\":\"warn\"},\"@message\":\"x\"}"),
	    SEVERITY_WARNING },
	{ STR("{\"@level\":\"info\",\"@message\":\"x\"}"), SEVERITY_INFO },
	{ STR("{\"@t\":\"t\",\"@mt\":\"x\",\"@l\":\"Warning\"}"),
	    SEVERITY_WARNING },
	{ STR("{\"EventId\":0,\"LogLevel\":\"Information\"}"), SEVERITY_INFO },
	{ STR("{\"SeverityText\":\"FATAL\"}"), SEVERITY_CRIT },
	{ STR("{\"pid\":1,\"error_severity\":\"LOG\"}"), SEVERITY_INFO },
	{ STR("{\"PRIORITY\":\"3\",\"MESSAGE\":\"x\"}"), SEVERITY_ERR },
	{ STR("{\"MESSAGE\":\"x\",\"PRIORITY\":\"6\"}"), SEVERITY_INFO },
	{ STR("{\"t\":{\"$date\":\"d\"},\"s\":\"W\",\"c\":\"NETWORK\"}"),
	    SEVERITY_WARNING },
	{ STR("{\"t\":{\"$date\":\"d\"},\"s\":\"D2\",\"c\":\"NETWORK\"}"),
	    SEVERITY_DEBUG },
	{ STR("{\"version\":\"1.1\",\"host\":\"h\",\"level\":3}"),
	    SEVERITY_ERR },
	{ STR("{\"level\":4,\"short_message\":\"x\"}"), SEVERITY_WARNING },
	{ STR("{\"priority\":\"warn\",\"message\":\"x\"}"), SEVERITY_WARNING },
	{ STR("{\"level\":250,\"channel\":\"app\"}"), SEVERITY_NOTICE },
	{ STR("{\"channel\":\"app\",\"level\":600}"), SEVERITY_EMERG },
	{ STR("{\"reqId\":\"x\",\"level\":3,\"time\":\"t\"}"), SEVERITY_ERR },
	{ STR("{\"reqId\":\"x\",\"level\":0}"), SEVERITY_DEBUG },
	{ STR("{\"text\":\"x\",\"record\":{\"level\":{\"icon\":\"i\","
	      "\"name\":\"INFO\",\"no\":20}}}"),
	    SEVERITY_INFO },
	{ STR("{\"level\":\"dpanic\"}"), SEVERITY_CRIT },
	{ STR("{\"lvl\":\"dbug\",\"msg\":\"x\"}"), SEVERITY_DEBUG },
	{ STR("{\"reqId\":\"x\",\"level\":5}"), NONE },
	{ STR("{\"channel\":\"app\",\"level\":7}"), NONE },
	{ STR("{\"user\":{\"level\":{\"name\":\"INFO\"}}}"), NONE },
	{ STR("{\"PRIORITY\":\"9\"}"), NONE },
	{ STR("{\"priority\":\"3\"}"), NONE },
	{ STR("{\"s\":\"Ix\"}"), NONE },
	{ STR("{\"s\":\"X\"}"), NONE },
	{ STR("{\"version\":\"2\",\"level\":3}"), NONE },
	{ STR("{\"x\":{\"level\":\"error\"}}"), NONE },
	{ STR("{\"log\":{\"x\":{\"level\":\"error\"}}}"), NONE },
	{ STR("{\"\":\"error\"}"), NONE },
	{ STR("{\"log\":\"x\",\"severity\":\"high\"}"), NONE },
};

TEST(json_says_its_level_at_the_top)
{
	CHECK(rows);
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
	assert_int_equal(detect_line(near, &facility), SEVERITY_ERR);
	memset(line + 4000, 'x', sizeof(tail));
	memcpy(line + 4090, tail, sizeof(tail) - 1);
	struct str far = { line, 4090 + sizeof(tail) - 1 };
	assert_int_equal(detect_line(far, &facility), NONE);
}

TESTS(SPEC(json_says_its_level_at_the_top), SPEC(json_is_looked_at_for_4_kib))
