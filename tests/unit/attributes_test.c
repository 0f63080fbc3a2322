#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/xalloc.h"
#include "record/attributes.h"

static void
assert_str(struct str got, const char *wanted)
{
	assert_true(str_equal(got, str_from(wanted)));
}

static struct buffer
sample(void)
{
	struct buffer b = { 0 };
	attributes_put(&b, ATTRIBUTE_PEER, (struct str)STR("192.0.2.7:514"));
	attributes_put(&b, ATTRIBUTE_HOST, (struct str)STR("web1"));
	attributes_put(&b, ATTRIBUTE_PROGRAM, (struct str)STR("a\0b"));
	attributes_put(&b, ATTRIBUTE_PID, (struct str)STR("42"));
	attributes_put(&b, ATTRIBUTE_MSGID, (struct str)STR("ID47"));
	attributes_put(&b, ATTRIBUTE_DATA, (struct str)STR("[a@1 b=\"c\"]"));
	attributes_put(&b, ATTRIBUTE_CURSOR, (struct str)STR("s=1;i=2"));
	attributes_put_number(&b, ATTRIBUTE_TIME, -5);
	attributes_put_number(&b, ATTRIBUTE_SEVERITY, SEVERITY_ALERT);
	attributes_put_number(&b, ATTRIBUTE_FACILITY, FACILITY_LOCAL7);
	return b;
}

TEST(what_is_put_is_in_the_record)
{
	struct buffer b = sample();
	struct record r = { .path = STR("kept") };
	assert_int_equal(attributes_read(buffer_str(&b), &r), 0);
	assert_str(r.peer, "192.0.2.7:514");
	assert_str(r.host, "web1");
	assert_true(str_equal(r.program, (struct str)STR("a\0b")));
	assert_str(r.pid, "42");
	assert_str(r.msgid, "ID47");
	assert_str(r.data, "[a@1 b=\"c\"]");
	assert_str(r.path, "kept");
	assert_int_equal(r.time, -5);
	assert_int_equal(r.severity, SEVERITY_ALERT);
	assert_int_equal(r.facility, FACILITY_LOCAL7);
	buffer_clear(&b);
}

TEST(nothing_is_no_attribute)
{
	struct buffer b = { 0 };
	struct record r = { .host = STR("kept") };
	attributes_put(&b, ATTRIBUTE_HOST, (struct str){ 0 });
	assert_int_equal(b.len, 0);
	assert_int_equal(attributes_read(buffer_str(&b), &r), 0);
	assert_str(r.host, "kept");
}

TEST(one_of_a_kind_is_found_and_the_last_counts)
{
	struct buffer b = sample();
	struct str cursor;
	attributes_put(&b, ATTRIBUTE_CURSOR, (struct str)STR("s=1;i=3"));
	assert_true(attributes_find(buffer_str(&b), ATTRIBUTE_CURSOR, &cursor));
	assert_str(cursor, "s=1;i=3");
	assert_false(
	    attributes_find((struct str){ 0 }, ATTRIBUTE_CURSOR, &cursor));
	buffer_clear(&b);
}

TEST(a_kind_of_a_later_version_is_passed_over)
{
	struct buffer b = { 0 };
	struct record r = { 0 };
	attributes_put(&b, (enum attribute)200, (struct str)STR("new"));
	attributes_put(&b, ATTRIBUTE_HOST, (struct str)STR("web1"));
	assert_int_equal(attributes_read(buffer_str(&b), &r), 0);
	assert_str(r.host, "web1");
	buffer_clear(&b);
}

TEST(no_flipped_or_missing_byte_leads_outside)
{
	struct buffer b = sample();
	for (size_t len = 0; len <= b.len; len++) {
		/* In memory of its own, so that a read outside is seen. */
		char *cut = xmalloc(len);
		memcpy(cut, b.data, len);
		for (size_t i = 0; i < len; i++) {
			struct record r = { 0 };
			cut[i] = (char)~cut[i];
			attributes_read((struct str){ cut, len }, &r);
			assert_true((unsigned)r.severity < SEVERITY_COUNT);
			assert_true((unsigned)r.facility < FACILITY_COUNT);
			cut[i] = (char)~cut[i];
		}
		free(cut);
	}
	buffer_clear(&b);
}

TESTS(SPEC(what_is_put_is_in_the_record), SPEC(nothing_is_no_attribute),
    SPEC(one_of_a_kind_is_found_and_the_last_counts),
    SPEC(a_kind_of_a_later_version_is_passed_over),
    SPEC(no_flipped_or_missing_byte_leads_outside))
