/*
 * Any bytes as lines of log.  The cuts cover them all, in order, and fall in
 * the same places however the bytes arrive; a line that states no severity
 * leaves the record as it was; every record survives the way between two
 * processes.  The first byte and 64 is max_line, the second how much arrives at
 * once.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/lines.h"
#include "core/xalloc.h"
#include "record/detect.h"
#include "record/encode.h"

/* A source whose bytes arrive a chunk at a time. */
struct arrival {
	struct cutter cutter;
	struct str all;
	size_t chunk;
	size_t here; /* bytes that have arrived */
	size_t at; /* bytes that have been cut */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Memory that ends where the bytes do, so that a read outside is seen. */
static char *
copy_of(struct str s)
{
	char *copy = xmalloc(s.len);
	memcpy(copy, s.data, s.len);
	return copy;
}

/* Try with what is here; a cut's text then lies in `all`. */
static bool
try_cut(struct arrival *a, struct cut *cut)
{
	struct str here = { a->all.data + a->at, a->here - a->at };
	char *copy = copy_of(here);
	struct str rest = { copy, here.len };
	bool found = cutter_next(&a->cutter, &rest, cut);
	if (!found && a->here == a->all.len)
		found = cutter_last(&a->cutter, &rest, cut);
	if (found) {
		assert(cut->text.data >= copy);
		assert(rest.data >= copy + cut->taken);
		assert(rest.len <= here.len - cut->taken);
		cut->text.data = here.data + (cut->text.data - copy);
	}
	/* Also over a hole that no line follows yet. */
	a->at += (size_t)(rest.data - copy);
	free(copy);
	return found;
}

static bool
next_cut(struct arrival *a, struct cut *cut)
{
	while (!try_cut(a, cut)) {
		size_t missing = a->all.len - a->here;
		if (missing == 0)
			return false;
		a->here += a->chunk < missing ? a->chunk : missing;
	}
	return true;
}

static void
check_cut(const struct cut *cut, const struct cut *before, size_t max_line)
{
	assert(cut->taken > 0);
	assert(cut->text.len <= max_line);
	assert(memchr(cut->text.data, '\n', cut->text.len) == NULL);
	static const char nuls[HOLE_MIN];
	for (size_t i = 0; i + HOLE_MIN <= cut->text.len; i++)
		assert(memcmp(cut->text.data + i, nuls, HOLE_MIN) != 0);
	if (cut->flags == 0) {
		assert(cut->taken >= cut->text.len + 1);
		assert(cut->text.data[cut->text.len] == '\n');
	} else {
		assert(
		    cut->flags == RECORD_MORE || cut->flags == RECORD_PARTIAL);
		assert(cut->taken >= cut->text.len);
	}
	if (before->flags == RECORD_MORE)
		assert(cut->part == before->part + 1);
	else
		assert(cut->part == (cut->flags == RECORD_MORE ? 1 : 0));
}

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
check_severity(struct str line)
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

static void
check_lines(struct str all, size_t max_line, size_t chunk)
{
	struct arrival whole = { { .max_line = max_line }, all, all.len, 0, 0 };
	struct arrival split = { { .max_line = max_line }, all, chunk, 0, 0 };
	struct cut cut, same, before = { .flags = 0 };
	while (next_cut(&whole, &cut)) {
		assert(next_cut(&split, &same));
		assert(whole.at == split.at);
		assert(str_equal(cut.text, same.text));
		assert(cut.part == same.part && cut.flags == same.flags);
		check_cut(&cut, &before, max_line);
		char *line = copy_of(cut.text);
		check_severity((struct str){ line, cut.text.len });
		free(line);
		before = cut;
	}
	assert(!next_cut(&split, &same));
	assert(whole.at == all.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = { (const char *)data, size };
	struct record ignored;
	record_decode(all, &ignored);
	if (size >= 2)
		check_lines(str_after(all, 2), data[0] + 64U, data[1] + 1U);
	return 0;
}
