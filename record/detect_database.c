#include <string.h>

#include "record/detect_rules.h"

/* error_severity is the 12th column of csvlog. */
#define COLUMN 11

/* Just past the column at `at` and its comma, or 0. */
static size_t
skip_column(struct str s, size_t at)
{
	bool quoted = false;
	for (; at < s.len; at++) {
		quoted ^= s.data[at] == '"';
		if (s.data[at] == ',' && !quoted)
			return at + 1;
	}
	return 0;
}

/* `2024-01-02 15:04:05.678 UTC,"user","db",...,LOG,00000,"text",...` */
int
detect_database(const struct front *f, enum severity *out)
{
	static const struct str log = STR("LOG");
	struct str s = f->line;
	if (f->time == 0 || f->time == s.len || s.data[f->time] != ',')
		return 0;
	s.len = s.len < 512 ? s.len : 512;
	size_t at = 0, end;
	for (int i = 0; i < COLUMN; i++)
		if ((at = skip_column(s, at)) == 0)
			return 0;
	if ((end = skip_column(s, at)) == 0)
		return 0;
	/* The SQLSTATE follows: five digits or letters. */
	if (skip_column(s, end) != end + 6)
		return 0;
	struct str word = { s.data + at, end - 1 - at };
	if (str_equal(word, log)) {
		*out = SEVERITY_INFO;
		return 1;
	}
	return severity_parse(word, out) == 0;
}
