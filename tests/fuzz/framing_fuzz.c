/*
 * Any bytes as a stream of syslog frames.  The cuts cover them all, in order,
 * but for headers and trailers; they are the same however the bytes arrive;
 * what waits for more is bounded.  The first byte is max_frame, the second how
 * much arrives at once.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/framing.h"
#include "core/xalloc.h"
#include "record/record.h"

/* A stream whose bytes arrive a chunk at a time. */
struct arrival {
	struct framing framing;
	struct str all;
	size_t chunk;
	size_t here; /* bytes that have arrived */
	size_t at; /* bytes that are done with */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Try with what is here, in memory that ends where the bytes do, so that a
 * read outside is seen; a cut's text then lies in `all`. */
static bool
try_cut(struct arrival *a, struct cut *cut)
{
	struct str here = { a->all.data + a->at, a->here - a->at };
	char *copy = xmalloc(here.len);
	memcpy(copy, here.data, here.len);
	struct str rest = { copy, here.len };
	bool found = framing_next(&a->framing, &rest, cut);
	assert(found || rest.len <= a->framing.max_frame + 16);
	if (!found && a->here == a->all.len)
		found = framing_last(&a->framing, &rest, cut);
	if (found && cut->text.len > 0) {
		size_t offset = (size_t)(cut->text.data - copy);
		assert(offset + cut->text.len <= here.len - rest.len);
		cut->text.data = here.data + offset;
	}
	a->at += here.len - rest.len;
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
check_cut(const struct cut *cut, const struct cut *before, size_t max)
{
	assert(cut->text.len <= max);
	assert(cut->text.len > 0 || cut->part > 1);
	if (before->flags & RECORD_MORE)
		assert(cut->part == before->part + 1);
	else
		assert(cut->part == (cut->flags & RECORD_MORE ? 1 : 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct str all = { (const char *)data + 2, size - 2 };
	size_t max = data[0] + 1U;
	struct arrival whole = { { .max_frame = max }, all, all.len, 0, 0 };
	struct arrival split = { { .max_frame = max }, all, data[1] + 1U, 0,
		0 };
	struct cut cut, same, before = { .flags = 0 };
	const char *end = all.data;
	while (next_cut(&whole, &cut)) {
		assert(next_cut(&split, &same));
		assert(str_equal(cut.text, same.text));
		assert(cut.part == same.part && cut.flags == same.flags);
		check_cut(&cut, &before, max);
		assert(cut.text.len == 0 || cut.text.data >= end);
		if (cut.text.len > 0)
			end = cut.text.data + cut.text.len;
		before = cut;
	}
	assert(!next_cut(&split, &same));
	assert(whole.at == all.len && split.at == all.len);
	return 0;
}
