/*
 * For the tests of the recognisers (record/detect_rules.h): a table of lines
 * and what detect_severity says of each.
 */
#ifndef TESTS_UNIT_DETECT_TABLE_H
#define TESTS_UNIT_DETECT_TABLE_H

#include <string.h>

#include "core/xalloc.h"
#include "record/detect.h"
#include "tests/unit/unit.h"

#define NONE (-1)

struct row {
	struct str line;
	int severity;
};

/* Look at `line` in memory of its own, so that a read outside is seen. */
static inline int
detect_line(struct str line, enum facility *facility)
{
	char *copy = str_copy(line);
	char *exact = memcpy(xmalloc(line.len), copy, line.len);
	struct record r = { .body = { exact, line.len },
		.severity = SEVERITY_COUNT,
		.facility = FACILITY_COUNT };
	int found = detect_severity(&r);
	if (found == 0) {
		assert_int_equal(r.severity, SEVERITY_COUNT);
		assert_int_equal(r.facility, FACILITY_COUNT);
	}
	*facility = r.facility;
	free(exact);
	free(copy);
	return found ? (int)r.severity : NONE;
}

static inline void
check_rows(const struct row *rows, size_t count)
{
	enum facility facility;
	int wrong = 0;
	for (size_t i = 0; i < count; i++) {
		int found = detect_line(rows[i].line, &facility);
		if (found == rows[i].severity)
			continue;
		print_error("%d, not %d: " STR_FMT "\n", found,
		    rows[i].severity, STR_ARG(rows[i].line));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))

#endif
