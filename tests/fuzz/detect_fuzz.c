/*
 * Any bytes as one line.  A line that states no severity leaves the record as
 * it was; what is stated is one of ours, and stated again; only bytes of the
 * line are read, and what stands far from its start says nothing.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/detect.h"
#include "record/front.h"

/* Nothing behind this many bytes is looked at. */
#define REACH 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_front(struct str line)
{
	struct front f;
	front_cut(line, &f);
	assert(f.line.len <= line.len);
	assert(f.line.len == 0 ||
	    (f.line.data >= line.data &&
		f.line.data + f.line.len <= line.data + line.len));
	assert(f.time <= f.after && f.after <= f.line.len);
	assert(f.time > 0 || f.after == 0);
}

static int
detect(struct str line, struct record *r)
{
	const struct record blank = { .body = line,
		.severity = SEVERITY_NOTICE,
		.facility = FACILITY_LOCAL7 };
	*r = blank;
	int found = detect_severity(r);
	assert(found == 0 || found == 1);
	assert(found || memcmp(r, &blank, sizeof(blank)) == 0);
	assert((unsigned)r->severity < SEVERITY_COUNT);
	assert((unsigned)r->facility < FACILITY_COUNT);
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Memory of its own, so that a read outside is seen. */
	char *copy = xmalloc(size + REACH);
	char *exact = xmalloc(size);
	struct record r, again;
	memcpy(exact, data, size);
	memcpy(copy, data, size);
	memset(copy + size, 'x', REACH);
	struct str line = { exact, size };
	check_front(line);
	int found = detect(line, &r);
	assert(detect(line, &again) == found);
	assert(again.severity == r.severity && again.facility == r.facility);
	detect((struct str){ copy, size + REACH }, &again);
	free(exact);
	free(copy);
	return 0;
}
