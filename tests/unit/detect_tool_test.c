#include "tests/unit/detect_table.h"

static const struct row rows[] = {
	{ STR("npm ERR! code E404"), SEVERITY_ERR },
	{ STR("npm notice"), SEVERITY_NOTICE },
	{ STR("npm verb cli x"), SEVERITY_DEBUG },
	{ STR("3 silly x"), SEVERITY_DEBUG },
	{ STR("CMake Error at CMakeLists.txt:1 (message):"), SEVERITY_ERR },
	{ STR("CMake Warning (dev) at x"), SEVERITY_WARNING },
	{ STR("CMake Deprecation Warning at x"), SEVERITY_WARNING },
	{ STR("OpenJDK 64-Bit Server VM warning: x"), SEVERITY_WARNING },
	{ STR("Java HotSpot(TM) 64-Bit Server VM warning: x"),
	    SEVERITY_WARNING },
	{ STR("PHP Parse error:  x"), SEVERITY_ERR },
	{ STR("error[E0308]: mismatched types"), SEVERITY_ERR },
	{ STR("npm install error"), NONE },
	{ STR("CMake Errors"), NONE },
	{ STR("error[x]: y"), NONE },
	{ STR("13 error"), SEVERITY_ERR },
	{ STR("14 error code E404"), SEVERITY_ERR },
	{ STR("20 error A complete log of this run"), SEVERITY_ERR },
	{ STR("7 warn deprecated x@1"), SEVERITY_WARNING },
	{ STR("[02-Jan-2024 10:00:00 UTC] PHP Parse error:  x"), SEVERITY_ERR },
	{ STR("(node:12) Warning: x"), SEVERITY_WARNING },
	{ STR("  1:26  error  x  no-undef"), SEVERITY_ERR },
	{ STR("LaTeX Warning: x"), SEVERITY_WARNING },
	{ STR("! LaTeX Error: x"), SEVERITY_ERR },
	{ STR("Package hyperref Warning: x"), SEVERITY_WARNING },
	{ STR("404 error page"), NONE },
	{ STR("Package x has no Warning: y"), NONE },
};

TEST(tools_have_words_of_their_own)
{
	CHECK(rows);
}

TESTS(SPEC(tools_have_words_of_their_own))
