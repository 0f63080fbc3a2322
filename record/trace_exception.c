#include "record/scan.h"
#include "record/trace_rules.h"

/* What the class of something thrown is called, in nearly all languages. */
static bool
is_exception(struct str name)
{
	return scan_ends(name, "Exception") || scan_ends(name, "Error") ||
	    scan_ends(name, "Throwable");
}

/* What stands behind the name, where a message follows or nothing does. */
static bool
is_end(struct str rest)
{
	return rest.len == 0 || scan_starts(rest, ":") ||
	    scan_starts(rest, "[") || scan_starts(rest, " [");
}

int
trace_exception(struct str text)
{
	int found = 0;
	for (size_t at = 0; at < text.len;) {
		size_t len = scan_name(text, at, ".$+`");
		if (len == 0) {
			at++;
			continue;
		}
		struct str name = { text.data + at, len };
		struct str rest = str_after(text, at + len);
		if (is_exception(name) && is_end(rest)) {
			found = 1;
			if (at == 0 || scan_has(name, "."))
				return 2;
		}
		at += len;
	}
	return found;
}
