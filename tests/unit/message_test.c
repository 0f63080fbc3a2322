/*
 * Messages as bytes on the wire: what message_put lays down is taken apart
 * by hand, frame by frame (AMQP 0-9-1, 2.3.5), and its properties decoded by
 * the library.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "broker/declare.h"
#include "broker/message.h"
#include "core/xalloc.h"

struct frame {
	int type;
	int channel;
	struct str payload;
};

static uint64_t
number(const char *p, size_t bytes)
{
	uint64_t n = 0;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

static struct frame
take_frame(struct str *bytes)
{
	assert_true(bytes->len >= 8);
	size_t len = (size_t)number(bytes->data + 3, 4);
	struct frame f = { (int)number(bytes->data, 1),
		(int)number(bytes->data + 1, 2), { bytes->data + 7, len } };
	assert_true(bytes->len >= len + 8);
	assert_int_equal((unsigned char)bytes->data[7 + len], 0xce);
	*bytes = str_after(*bytes, len + 8);
	return f;
}

/* What message_read writes a record's data to. */
static struct buffer data;

static const struct message_route route = {
	.channel = 1, .exchange = "logs", .user = "guest", .mandatory = true
};

static struct record
sample(void)
{
	return (struct record){ .body = STR("disk full"),
		.key = STR("err.kern"),
		.host = STR("web1"),
		.program = STR("kernel"),
		.path = STR("/var/log/kern.log"),
		.pid = STR("42"),
		.msgid = STR("ID47"),
		.data = STR("[a@1 b=\"\\\"\" c=\"\"][d]"),
		.peer = STR("192.0.2.7:514"),
		.source = STR("0123456789abcdef0123456789abcdef"),
		.pos = 4711,
		.prev = 4700,
		.time = 1500000000,
		.received = 2500000000,
		.severity = SEVERITY_ERR,
		.facility = FACILITY_KERN,
		.flags = RECORD_MALFORMED | RECORD_TRUNCATED };
}

TEST(a_line_goes_out_as_method_header_and_body)
{
	struct output o = { .frame_max = 4096 };
	struct record r = sample();
	message_put(&o, &route, &r);
	struct str bytes = buffer_str(&o.bytes);
	struct frame method = take_frame(&bytes);
	assert_int_equal(method.type, AMQP_FRAME_METHOD);
	assert_int_equal(
	    number(method.payload.data, 4), AMQP_BASIC_PUBLISH_METHOD);
	struct frame header = take_frame(&bytes);
	assert_int_equal(header.type, AMQP_FRAME_HEADER);
	assert_int_equal(number(header.payload.data + 4, 8), 9);
	struct frame body = take_frame(&bytes);
	assert_int_equal(body.type, AMQP_FRAME_BODY);
	assert_true(str_equal(body.payload, r.body));
	assert_int_equal(bytes.len, 0);
	output_clear(&o);
}

static void
decode(struct str payload, amqp_pool_t *pool, amqp_basic_properties_t **p)
{
	amqp_bytes_t encoded = { payload.len - 12,
		(void *)(uintptr_t)(payload.data + 12) };
	assert_int_equal(
	    amqp_decode_properties(AMQP_BASIC_CLASS, pool, encoded, (void **)p),
	    0);
}

TEST(what_is_known_of_a_line_survives_the_wire)
{
	struct output o = { .frame_max = 131072 };
	struct record sent = sample(), got;
	amqp_basic_properties_t *p;
	amqp_pool_t pool;
	init_amqp_pool(&pool, 4096);
	uint64_t mark = message_put(&o, &route, &sent);
	struct str bytes = buffer_str(&o.bytes);
	take_frame(&bytes);
	decode(take_frame(&bytes).payload, &pool, &p);
	assert_true(message_mark_of(p) == mark);
	assert_int_equal(p->delivery_mode, 2);
	assert_int_equal(p->timestamp, 1);
	assert_memory_equal(p->message_id.bytes,
	    "0123456789abcdef0123456789abcdef/4711", p->message_id.len);
	message_read(p, (struct str)STR("err.kern"), 0, &data, &got);
	assert_true(str_equal(got.host, sent.host));
	assert_true(str_equal(got.program, sent.program));
	assert_true(str_equal(got.path, sent.path));
	assert_true(str_equal(got.peer, sent.peer));
	assert_true(str_equal(got.pid, sent.pid));
	assert_true(str_equal(got.msgid, sent.msgid));
	assert_true(str_equal(got.data, sent.data));
	assert_true(str_equal(got.source, sent.source));
	assert_true(str_equal(got.key, sent.key));
	assert_true(str_equal(got.user, (struct str)STR("guest")));
	assert_int_equal(got.pos, sent.pos);
	assert_int_equal(got.prev, sent.prev);
	assert_true(record_is_chained(&got));
	assert_int_equal(got.time, sent.time);
	assert_int_equal(got.received, sent.received);
	assert_int_equal(got.severity, SEVERITY_ERR);
	assert_int_equal(got.facility, FACILITY_KERN);
	assert_int_equal(got.flags, RECORD_MALFORMED | RECORD_TRUNCATED);
	empty_amqp_pool(&pool);
	output_clear(&o);
}

TEST(a_line_of_a_source_with_too_many_chains_says_so)
{
	struct output o = { .frame_max = 131072 };
	struct record sent = sample(), got;
	amqp_basic_properties_t *p;
	amqp_pool_t pool;
	init_amqp_pool(&pool, 4096);
	sent.flags = RECORD_UNCHAINED;
	message_put(&o, &route, &sent);
	struct str bytes = buffer_str(&o.bytes);
	take_frame(&bytes);
	decode(take_frame(&bytes).payload, &pool, &p);
	message_read(p, (struct str)STR("err.kern"), 0, &data, &got);
	assert_int_equal(got.pos, sent.pos);
	assert_int_equal(got.flags, RECORD_UNCHAINED);
	assert_false(record_is_chained(&got));
	empty_amqp_pool(&pool);
	output_clear(&o);
}

TEST(a_line_can_be_sent_to_one_queue_alone)
{
	struct output o = { .frame_max = 4096 };
	struct record r = sample();
	struct message_route to_queue = {
		.channel = 1, .exchange = "", .queue = "errors"
	};
	message_put(&o, &to_queue, &r);
	struct str bytes = buffer_str(&o.bytes);
	struct str method = take_frame(&bytes).payload;
	/* class, method, ticket, exchange "", routing key */
	assert_memory_equal(method.data + 4 + 2, "\0\6errors", 8);
	output_clear(&o);
}

TEST(what_a_forged_position_claims_is_no_chain)
{
	struct record good = sample(), r = good;
	assert_true(record_is_chained(&good));
	r.prev = r.pos;
	assert_false(record_is_chained(&r));
	r = good;
	r.pos = UINT64_MAX;
	assert_false(record_is_chained(&r));
	r = good;
	r.source = (struct str)STR("0123456789ABCDEF0123456789abcdef");
	assert_false(record_is_chained(&r));
	r.source.len = 31;
	assert_false(record_is_chained(&r));
	r = good;
	r.key.len = 0;
	assert_false(record_is_chained(&r));
}

/* A message in which all is as long as it can be. */
static struct record
longest(char *text, struct buffer *elements)
{
	struct record r = sample();
	memset(text, 'x', 100000);
	for (int i = 0; i < 64; i++)
		buffer_printf(elements, "[%d %.*s=\"%.*s\"]", i, 200, text,
		    i < 32 ? 10 : 700, text);
	r.body = (struct str){ text, 100000 };
	r.key = (struct str){ text, 255 };
	r.path = r.peer = r.host = r.program = r.pid = r.msgid = r.body;
	r.data = buffer_str(elements);
	r.pos = r.prev = INT64_MAX;
	r.part = 7;
	r.flags =
	    RECORD_MORE | RECORD_PARTIAL | RECORD_MALFORMED | RECORD_TRUNCATED;
	return r;
}

TEST(a_long_body_is_split_and_long_texts_fit_the_smallest_frame)
{
	static const size_t frames[] = { 4096, 8192, MESSAGE_LARGE_FRAME - 1,
		MESSAGE_LARGE_FRAME, 131072 };
	char *text = xcalloc(1, 100000), user[256];
	struct buffer elements = { 0 };
	struct record r = longest(text, &elements), got;
	memset(user, 'u', 255);
	user[255] = '\0';
	struct message_route named = route;
	named.user = user;
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		struct output o = { .frame_max = frames[i] };
		amqp_basic_properties_t *p;
		amqp_pool_t pool;
		init_amqp_pool(&pool, 4096);
		message_put(&o, &named, &r);
		struct str bytes = buffer_str(&o.bytes);
		take_frame(&bytes);
		struct str header = take_frame(&bytes).payload;
		assert_true(header.len <= frames[i] - 8);
		decode(header, &pool, &p);
		message_read(p, r.key, 0, &data, &got);
		assert_int_equal(
		    got.host.len, frames[i] < MESSAGE_LARGE_FRAME ? 255 : 1024);
		/* As many whole elements as there was room for. */
		assert_true(got.data.len > 200);
		assert_true(str_starts(r.data, got.data));
		assert_int_equal(got.flags & RECORD_DATA_CUT, RECORD_DATA_CUT);
		size_t total = 0;
		while (bytes.len > 0) {
			struct frame f = take_frame(&bytes);
			assert_int_equal(f.type, AMQP_FRAME_BODY);
			assert_true(f.payload.len <= frames[i] - 8);
			total += f.payload.len;
		}
		assert_int_equal(total, 100000);
		empty_amqp_pool(&pool);
		output_clear(&o);
	}
	buffer_clear(&elements);
	free(text);
}

TEST(a_time_before_1970_is_in_the_headers_alone)
{
	struct output o = { .frame_max = 4096 };
	struct record sent = sample(), got;
	amqp_basic_properties_t *p;
	amqp_pool_t pool;
	init_amqp_pool(&pool, 4096);
	sent.time = -1;
	message_put(&o, &route, &sent);
	struct str bytes = buffer_str(&o.bytes);
	take_frame(&bytes);
	decode(take_frame(&bytes).payload, &pool, &p);
	assert_int_equal(p->timestamp, 0);
	message_read(p, sent.key, 5, &data, &got);
	assert_int_equal(got.time, -1);
	empty_amqp_pool(&pool);
	output_clear(&o);
}

TEST(a_bare_message_is_a_line_and_its_key_says_what_it_is)
{
	amqp_basic_properties_t p = { ._flags = 0 };
	struct record r;
	message_read(&p, (struct str)STR("crit.mail"), 99, &data, &r);
	assert_int_equal(r.severity, SEVERITY_CRIT);
	assert_int_equal(r.facility, FACILITY_MAIL);
	assert_int_equal(r.time, 99);
	message_read(&p, (struct str)STR("orders"), 99, &data, &r);
	assert_int_equal(r.severity, SEVERITY_INFO);
	assert_int_equal(r.facility, FACILITY_USER);
}

TEST(headers_of_another_type_count_as_absent)
{
	amqp_table_entry_t entries[] = {
		{ .key = amqp_cstring_bytes("severity"),
		    .value.kind = AMQP_FIELD_KIND_I64,
		    .value.value.i64 = 3 },
		{ .key = amqp_cstring_bytes("pos"),
		    .value.kind = AMQP_FIELD_KIND_UTF8,
		    .value.value.bytes = amqp_cstring_bytes("12") },
		{ .key = amqp_cstring_bytes("host"),
		    .value.kind = AMQP_FIELD_KIND_TABLE },
	};
	amqp_basic_properties_t p = { ._flags = AMQP_BASIC_HEADERS_FLAG,
		.headers = { 3, entries } };
	struct record r;
	message_read(&p, (struct str)STR("info.user"), 1, &data, &r);
	assert_int_equal(r.severity, SEVERITY_INFO);
	assert_int_equal(r.pos, 0);
	assert_int_equal(r.host.len, 0);
}

TEST(the_delivery_limit_is_lifted_from_version_4_on_only)
{
	assert_false(declare_needs_delivery_limit("3.10.8"));
	assert_false(declare_needs_delivery_limit("3.13.7"));
	assert_true(declare_needs_delivery_limit("4.0.2"));
	assert_true(declare_needs_delivery_limit("4.3.5"));
	assert_true(declare_needs_delivery_limit("10.0.0"));
	assert_false(declare_needs_delivery_limit(""));
}

TESTS(SPEC(a_line_goes_out_as_method_header_and_body),
    SPEC(what_is_known_of_a_line_survives_the_wire),
    SPEC(a_line_of_a_source_with_too_many_chains_says_so),
    SPEC(a_line_can_be_sent_to_one_queue_alone),
    SPEC(what_a_forged_position_claims_is_no_chain),
    SPEC(a_long_body_is_split_and_long_texts_fit_the_smallest_frame),
    SPEC(a_time_before_1970_is_in_the_headers_alone),
    SPEC(a_bare_message_is_a_line_and_its_key_says_what_it_is),
    SPEC(headers_of_another_type_count_as_absent),
    SPEC(the_delivery_limit_is_lifted_from_version_4_on_only))
