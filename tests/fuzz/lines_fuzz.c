/*
 * Any bytes as lines of log: a line that states no severity leaves the record
 * as it was, one that does states the same twice, and every record survives
 * the way between two processes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/detect.h"
#include "record/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_round_trip(const struct record *r)
{
	size_t size = record_encoded_size(r);
	char *bytes = xmalloc(size);
	struct record back;
	record_encode(r, bytes);
	assert(record_decode((struct str){ bytes, size }, &back) == 0);
	assert(str_equal(back.body, r->body));
	assert(back.severity == r->severity && back.facility == r->facility);
	free(bytes);
}

static void
check_line(struct str line)
{
	const struct record blank = { .body = line,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_LOCAL7 };
	struct record r = blank, again = blank;
	int found = detect_severity(&r);
	assert(found == 0 || found == 1);
	assert(found || memcmp(&r, &blank, sizeof(r)) == 0);
	assert((unsigned)r.severity < SEVERITY_COUNT);
	assert((unsigned)r.facility < FACILITY_COUNT);
	assert(detect_severity(&again) == found);
	assert(again.severity == r.severity && again.facility == r.facility);
	check_round_trip(&r);
}

/* The lines, each in memory of its own, so that a read outside is seen. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct record ignored;
	while (rest.len > 0) {
		const char *lf = memchr(rest.data, '\n', rest.len);
		size_t len = lf ? (size_t)(lf - rest.data) : rest.len;
		char *line = xmalloc(len);
		memcpy(line, rest.data, len);
		check_line((struct str){ line, len });
		free(line);
		rest = str_after(rest, lf ? len + 1 : len);
	}
	record_decode((struct str){ (const char *)data, size }, &ignored);
	return 0;
}
