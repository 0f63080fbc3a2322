#include <string.h>

#include "record/scan.h"
#include "record/trace_rules.h"

/* What stands behind the name, where a message follows or nothing does. */
static bool
is_end(struct str rest)
{
	return rest.len == 0 || scan_starts(rest, ":") ||
	    scan_starts(rest, "[") || scan_starts(rest, " [");
}

/* The name that ends at `end`: where does it begin, and has it a package? */
static size_t
begin_of_name(struct str text, size_t end, bool *dotted)
{
	size_t at = end;
	*dotted = false;
	while (at > 0 &&
	    scan_name((struct str){ text.data + at - 1, 1 }, 0, ".$+`") > 0) {
		at--;
		*dotted = *dotted || text.data[at] == '.';
	}
	return at;
}

static int
look_for(struct str text, const char *word)
{
	int found = 0;
	size_t at, done = 0;
	while (scan_find(str_after(text, done), word, &at)) {
		bool dotted;
		done += at + strlen(word);
		if (!is_end(str_after(text, done)))
			continue;
		if (begin_of_name(text, done, &dotted) == 0 || dotted)
			return 2;
		found = 1;
	}
	return found;
}

/* What the class of something thrown is called, in nearly all languages. */
int
trace_exception(struct str text)
{
	static const char *const words[] = { "Exception", "Error",
		"Throwable" };
	int found = 0;
	for (size_t i = 0; i < 3 && found < 2; i++) {
		int one = look_for(text, words[i]);
		found = one > found ? one : found;
	}
	return found;
}
