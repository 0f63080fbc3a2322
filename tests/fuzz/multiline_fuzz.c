/*
 * Any bytes as lines that may be messages of several lines, or a container
 * runtime's.  Positions rise; of plain lines every byte comes out, in order;
 * and whoever begins again at a clean place finds the same messages.  Holes
 * are no part of any message, and lines_fuzz.c's affair.  The first byte is
 * the format and where it is flushed, the second and third the languages, the
 * fourth the bounds.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/grouping.h"
#include "config/list.h"
#include "core/checksum.h"
#include "core/xalloc.h"
#include "record/record.h"

#define MESSAGES_MAX 4096

struct message_out {
	uint64_t pos;
	uint64_t sum; /* of its text */
	uint32_t flags, part;
};

struct run {
	struct grouping *grouping;
	struct cutter cutter;
	const struct str *all; /* of plain lines */
	struct message_out out[MESSAGES_MAX];
	size_t count;
	uint64_t last;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_message(void *owner, const struct cut *cut, uint64_t pos, int64_t received)
{
	struct run *r = owner;
	(void)received;
	assert(pos > r->last);
	if (r->all != NULL) { /* plain lines: all that stands there */
		struct str there = str_after(*r->all, (size_t)r->last);
		size_t len = (size_t)(pos - r->last);
		there.len = len - (there.data[len - 1] == '\n');
		assert(str_equal(cut->text, there));
	}
	r->last = pos;
	if (r->count < MESSAGES_MAX)
		r->out[r->count++] = (struct message_out){ pos,
			checksum(cut->text), cut->flags, cut->part };
}

static struct run *
run_new(const struct grouping_rules *rules, uint64_t at)
{
	struct run *r = xcalloc(1, sizeof(*r));
	r->grouping = grouping_new(rules, on_message, r);
	r->cutter.max_line = 100;
	r->last = at;
	grouping_start(r->grouping, at);
	return r;
}

static void
run_free(struct run *r)
{
	grouping_free(r->grouping);
	free(r);
}

/* Memory that ends where the line does, so that a read outside is seen. */
static void
put(struct run *r, const struct cut *cut, uint64_t pos, unsigned flush_every)
{
	const struct arrival now = { 0, 0 };
	struct cut copy = *cut;
	char *text = xmalloc(cut->text.len);
	if (cut->text.len > 0)
		memcpy(text, cut->text.data, cut->text.len);
	copy.text.data = text;
	grouping_put(r->grouping, &copy, pos, &now);
	/* As by time: at a place that is remembered. */
	if (flush_every > 0 && pos % (64 * flush_every) < 8)
		grouping_flush(r->grouping);
	free(text);
}

/* From `at` on; `clean`: one of the clean places, if there is any. */
static void
feed(struct run *r, struct str all, uint64_t at, unsigned flush_every,
    uint64_t *clean, size_t *before)
{
	struct str rest = str_after(all, (size_t)at);
	struct cut cut;
	size_t places = 0; /* of which the last with one bit is told */
	while (cutter_next(&r->cutter, &rest, &cut)) {
		uint64_t pos = (uint64_t)(rest.data - all.data);
		put(r, &cut, pos, flush_every);
		if (clean != NULL && r->cutter.part == 0 &&
		    grouping_is_clean(r->grouping, pos)) {
			places++;
			if ((places & (places - 1)) != 0)
				continue;
			*clean = pos;
			*before = r->count;
		}
	}
	grouping_flush(r->grouping);
	assert(!grouping_is_pending(r->grouping));
	/* All but a line without its line feed. */
	assert(r->all == NULL || r->last + rest.len == all.len);
}

static void
check(const struct grouping_rules *rules, struct str all, unsigned flush_every,
    bool plain)
{
	struct run *whole = run_new(rules, 0);
	uint64_t clean = 0;
	size_t before = 0;
	whole->all = plain ? &all : NULL;
	feed(whole, all, 0, flush_every, &clean, &before);
	struct run *again = run_new(rules, clean);
	feed(again, all, clean, flush_every, NULL, NULL);
	if (whole->count < MESSAGES_MAX) {
		assert(before + again->count == whole->count);
		assert(again->count == 0 ||
		    memcmp(again->out, whole->out + before,
			again->count * sizeof(*again->out)) == 0);
	}
	run_free(again);
	run_free(whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "java", "dotnet", "node", "python",
		"go", "ruby", "php", "rust", "dart" };
	static const char hole[HOLE_MIN];
	struct grouping_rules *rules;
	if (size < 4 || memmem(data, size, hole, sizeof(hole)) != NULL)
		return 0;
	struct input_options input = { .name = (char *)(uintptr_t) "in",
		.format = data[0] % 3,
		.multiline_lines = 2 + data[3] % 16,
		.multiline_bytes = 16 << (data[3] >> 4) };
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if ((data[1] | data[2] << 8) >> i & 1)
			list_add(&input.multiline, xstrdup(names[i]));
	if (grouping_rules_new(&input, &rules) == 1) {
		struct str all = { (const char *)data + 4, size - 4 };
		check(rules, all, data[0] >> 4, input.format == INPUT_LINE);
		grouping_rules_free(rules);
	}
	list_clear(&input.multiline);
	return 0;
}
