/* What joining a container's lines keeps in memory for the next. */
#include "tests/unit/unit.h"

#include <string.h>

#include "agent/pieces.h"
#include "record/record.h"

struct out {
	size_t messages, bytes;
};

static void
on_message(void *owner, enum container_stream stream, const struct message *m)
{
	struct out *out = owner;
	(void)stream;
	out->messages++;
	out->bytes += m->text.len;
}

static size_t
kept(const struct pieces *p)
{
	size_t all = p->broken.cap + p->joined.cap;
	for (int i = 0; i < CONTAINER_STREAMS; i++)
		all += p->streams[i].text.cap;
	return all;
}

static void
put(struct pieces *p, const char *text, struct out *out)
{
	struct cut cut = { .text = str_from(text) };
	pieces_put(p, &cut, 1, 1, on_message, out);
}

TEST(of_a_long_line_and_a_broken_object_no_memory_is_kept)
{
	static char piece[200000], broken[200000];
	static const char in_front[] = "1970-01-01T00:00:01Z stdout P ";
	struct pieces p = { .format = INPUT_CRI, .max_bytes = 1 << 20 };
	struct out out = { 0 };
	memset(piece, 'x', sizeof(piece) - 1);
	memcpy(piece, in_front, sizeof(in_front) - 1);
	put(&p, piece, &out);
	assert_true(kept(&p) > sizeof(piece) / 2);
	put(&p, "1970-01-01T00:00:01Z stdout F y", &out);
	assert_int_equal(out.messages, 1);
	assert_int_equal(out.bytes, sizeof(piece) - sizeof(in_front) + 1);
	assert_true(kept(&p) <= (size_t)64 << 10);

	p.format = INPUT_DOCKER;
	memset(broken, 'x', sizeof(broken) - 1);
	memcpy(broken, "{\"log\":\"", 8);
	put(&p, broken, &out);
	assert_true(kept(&p) > sizeof(broken));
	pieces_flush(&p, on_message, &out);
	assert_int_equal(out.messages, 2);
	assert_true(kept(&p) <= (size_t)64 << 10);
	pieces_clear(&p);
}

TESTS(SPEC(of_a_long_line_and_a_broken_object_no_memory_is_kept))
