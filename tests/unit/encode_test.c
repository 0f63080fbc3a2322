#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/encode.h"

static const struct record sample = {
	.body = STR("a line\0with a NUL"),
	.key = STR("err.daemon"),
	.host = STR("web1"),
	.program = STR("nginx"),
	.path = STR("/var/log/x.log"),
	.pid = STR("42"),
	.msgid = STR("ID47"),
	.data = STR("[a@1 b=\"c\"]"),
	.peer = STR("192.0.2.7:514"),
	.source = STR("0123456789abcdef0123456789abcdef"),
	.user = STR("weir"),
	.pos = UINT64_MAX - 1,
	.prev = UINT64_MAX - 2,
	.time = -5,
	.received = 1065910455003000000,
	.severity = SEVERITY_DEBUG,
	.facility = FACILITY_LOCAL7,
	.part = 7,
	.flags = RECORD_MORE | RECORD_PARTIAL,
};

static void
assert_same(const struct record *a, const struct record *b)
{
	assert_true(str_equal(a->body, b->body));
	assert_true(str_equal(a->key, b->key));
	assert_true(str_equal(a->host, b->host));
	assert_true(str_equal(a->program, b->program));
	assert_true(str_equal(a->path, b->path));
	assert_true(str_equal(a->pid, b->pid));
	assert_true(str_equal(a->msgid, b->msgid));
	assert_true(str_equal(a->data, b->data));
	assert_true(str_equal(a->peer, b->peer));
	assert_true(str_equal(a->source, b->source));
	assert_true(str_equal(a->user, b->user));
	assert_true(
	    a->prev == b->prev && a->pos == b->pos && a->time == b->time);
	assert_true(a->received == b->received);
	assert_int_equal(a->severity, b->severity);
	assert_int_equal(a->facility, b->facility);
	assert_int_equal(a->part, b->part);
	assert_int_equal(a->flags, b->flags);
}

static struct str
encode(const struct record *r)
{
	size_t size = record_encoded_size(r);
	char *bytes = xmalloc(size);
	record_encode(r, bytes);
	return (struct str){ bytes, size };
}

TEST(what_is_encoded_is_decoded)
{
	const struct record empty = { 0 };
	const struct record *records[] = { &sample, &empty };
	for (size_t i = 0; i < 2; i++) {
		struct record back;
		struct str bytes = encode(records[i]);
		assert_int_equal(record_decode(bytes, &back), 0);
		assert_same(&back, records[i]);
		free((char *)bytes.data);
	}
}

TEST(a_body_of_64_mib_passes)
{
	size_t len = 64 << 20;
	char *body = xcalloc(1, len);
	body[len - 1] = 'z';
	struct record back, r = { .body = { body, len } };
	struct str bytes = encode(&r);
	assert_int_equal(record_decode(bytes, &back), 0);
	assert_true(str_equal(back.body, r.body));
	free((char *)bytes.data);
	free(body);
}

TEST(bytes_cut_anywhere_or_followed_by_more_are_refused)
{
	struct str whole = encode(&sample);
	struct record r;
	for (size_t len = 0; len < whole.len; len++) {
		/* In memory of its own, so that a read outside is seen. */
		char *cut = xmalloc(len);
		memcpy(cut, whole.data, len);
		assert_int_equal(
		    record_decode((struct str){ cut, len }, &r), -1);
		free(cut);
	}
	char *more = xcalloc(1, whole.len + 1);
	memcpy(more, whole.data, whole.len);
	assert_int_equal(
	    record_decode((struct str){ more, whole.len + 1 }, &r), -1);
	free(more);
	free((char *)whole.data);
}

TEST(no_byte_of_the_header_leads_outside)
{
	struct str whole = encode(&sample);
	char *bytes = (char *)whole.data;
	struct record r;
	for (size_t i = 0; i < whole.len; i++) {
		char was = bytes[i];
		for (int value = 0; value < 256; value += 51) {
			bytes[i] = (char)value;
			if (record_decode(whole, &r) == -1)
				continue;
			assert_true(
			    r.body.data + r.body.len == whole.data + whole.len);
			assert_true((unsigned)r.severity < SEVERITY_COUNT);
			assert_true((unsigned)r.facility < FACILITY_COUNT);
		}
		bytes[i] = was;
	}
	free(bytes);
}

TESTS(SPEC(what_is_encoded_is_decoded), SPEC(a_body_of_64_mib_passes),
    SPEC(bytes_cut_anywhere_or_followed_by_more_are_refused),
    SPEC(no_byte_of_the_header_leads_outside))
