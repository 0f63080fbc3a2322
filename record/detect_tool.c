#include "record/detect_rules.h"
#include "record/form.h"

/* The level is a word of severity_parse. */
#define A_WORD NULL, NULL

static const struct form forms[] = {
	/* npm, and its debug log, whose lines are numbered */
	{ "npm %L~", A_WORD },
	{ "npm %L ", "verb", "7" },
	{ "npm %L ", "sill", "7" },
	{ "%i %L ", "verbose", "7" },
	{ "%i %L ", "silly", "7" },
	{ "%i %L ", "notice", "5" },
	{ "%i %L using ", "info", "6" },
	{ "%i %L ok", "info", "6" },
	{ "%i %L%e", "error", "3" },
	{ "%i %L code ", "error", "3" },
	{ "%i %L errno ", "error", "3" },
	{ "%i %L syscall ", "error", "3" },
	{ "%i %L stack ", "error", "3" },
	{ "%i %L A complete log of ", "error", "3" },
	{ "%i %L deprecated ", "warn", "4" },
	/* CMake */
	{ "CMake %L at ", A_WORD },
	{ "CMake %L (dev) at ", A_WORD },
	{ "CMake %L: ", A_WORD },
	{ "CMake %L:", A_WORD },
	{ "CMake Deprecation %L at ", A_WORD },
	/* the JVM */
	{ "OpenJDK 64-Bit Server VM %L: ", A_WORD },
	{ "Java HotSpot(%n) 64-Bit Server VM %L: ", A_WORD },
	/* PHP */
	{ "PHP Parse %L: ", A_WORD },
	{ "%T PHP Parse %L: ", A_WORD },
	{ "PHP Recoverable fatal %L: ", A_WORD },
	/* rustc: "error[E0308]: mismatched types" */
	{ "%L[%a0000]: ", "error", "3" },
	{ "%L[%a0000]: ", "warning", "4" },
	/* Node.js; ESLint; LaTeX */
	{ "(node:%i) %L: ", "Warning", "4" },
	{ " %i:%i %L ", A_WORD },
	{ "LaTeX %L: ", A_WORD },
	{ "LaTeX Font %L: ", A_WORD },
	{ "! LaTeX %L: ", A_WORD },
	{ "Package %n %L: ", A_WORD },
};

static struct form_set set = { .forms = forms,
	.count = sizeof(forms) / sizeof(*forms) };

int
detect_tool(const struct front *f, enum severity *out)
{
	return form_find(&set, f, out);
}
