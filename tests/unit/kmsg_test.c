#include "tests/unit/unit.h"

#include <string.h>

#include "record/attributes.h"
#include "record/kmsg.h"
#include "record/record.h"

static void
assert_str(struct str got, const char *text)
{
	if (!str_equal(got, str_from(text)))
		fail_msg("\"" STR_FMT "\", not \"%s\"", STR_ARG(got), text);
}

static const struct {
	const char *message, *text, *data;
	uint64_t seq, usec, level;
} good[] = {
	{ "6,339,5140900,-;NET: Registered protocol family 10\n",
	    "NET: Registered protocol family 10", "[kmsg seq=\"339\"]", 339,
	    5140900, 6 },
	{ "30,340,5690716,-,caller=T1;udevd[80]: starting version 181\n",
	    "udevd[80]: starting version 181",
	    "[kmsg seq=\"340\" caller=\"T1\"]", 340, 5690716, 30 },
	{ "4,1,0,c;a\\x0ab \\x5c \\xc3\\xa4 \\xZZ\n SUBSYSTEM=acpi\n"
	  " DEVICE=+acpi:\\x22A\\x5d\n",
	    "a\nb \\ \xc3\xa4 \\xZZ",
	    "[kmsg seq=\"1\" SUBSYSTEM=\"acpi\" DEVICE=\"+acpi:\\\"A\\]\"]", 1,
	    0, 4 },
	{ "0,18446744073709551,7;no flags", "no flags",
	    "[kmsg seq=\"18446744073709551\"]", 18446744073709551u, 7, 0 },
	{ "6,2,3,-;", "", "[kmsg seq=\"2\"]", 2, 3, 6 },
};

TEST(a_message_of_the_kernel_is_taken_apart)
{
	struct kmsg k = { 0 };
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(kmsg_parse(str_from(good[i].message), &k), 0);
		assert_str(buffer_str(&k.text), good[i].text);
		assert_str(buffer_str(&k.data), good[i].data);
		assert_true(k.seq == good[i].seq && k.usec == good[i].usec &&
		    k.level == good[i].level);
	}
	kmsg_clear(&k);
}

TEST(what_has_another_form_is_kept_as_it_is)
{
	static const char *const odd[] = { "plain text", "6,1", "6,1,2",
		"6,1,2,-", ",,,;x", "6,1,99999999999999999999,-;x", "6;1;2;3" };
	struct kmsg k = { 0 };
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_int_equal(kmsg_parse(str_from(odd[i]), &k), -1);
		assert_str(buffer_str(&k.text), odd[i]);
		assert_int_equal(k.data.len, 0);
	}
	kmsg_clear(&k);
}

TEST(level_and_clock_become_severity_facility_and_time)
{
	struct kmsg k = { 0 };
	struct record r = { .body = STR("") };
	kmsg_parse((struct str)STR("3,1,2000000,-;x"), &k);
	kmsg_attributes(&k, 1000);
	assert_int_equal(attributes_read(buffer_str(&k.attributes), &r), 0);
	assert_int_equal(r.severity, SEVERITY_ERR);
	assert_int_equal(r.facility, FACILITY_KERN);
	assert_str(r.program, "kernel");
	assert_true(r.time == 2000001000);

	r = (struct record){ .body = STR("") };
	kmsg_parse((struct str)STR("30,1,2,-;systemd[1]: x"), &k);
	kmsg_attributes(&k, 0);
	assert_int_equal(attributes_read(buffer_str(&k.attributes), &r), 0);
	assert_int_equal(r.severity, SEVERITY_INFO);
	assert_int_equal(r.facility, FACILITY_DAEMON);
	assert_int_equal(r.program.len, 0);

	kmsg_parse((struct str)STR("2047,1,2,-;x"), &k);
	kmsg_attributes(&k, 0);
	assert_int_equal(attributes_read(buffer_str(&k.attributes), &r), 0);
	assert_int_equal(r.facility, FACILITY_KERN);
	kmsg_clear(&k);
}

TEST(messages_are_told_apart_wherever_a_read_ended)
{
	static const struct str all =
	    STR("6,1,1,-;a\n A=1\n B=2\n6,2,1,-;b\n6,3,1,-;c\n C=3\n");
	static const char *const parts[] = { "6,1,1,-;a\n A=1\n B=2\n",
		"6,2,1,-;b\n", "6,3,1,-;c\n C=3\n" };
	for (size_t split = 0; split <= all.len; split++) {
		struct str rest = { all.data, split }, message = { 0 };
		size_t n = 0;
		while (kmsg_next(&rest, false, &message))
			assert_str(message, parts[n++]);
		rest.len = all.len - (size_t)(rest.data - all.data);
		while (kmsg_next(&rest, true, &message))
			assert_str(message, parts[n++]);
		assert_int_equal(n, 3);
		assert_int_equal(rest.len, 0);
	}
}

TESTS(SPEC(a_message_of_the_kernel_is_taken_apart),
    SPEC(what_has_another_form_is_kept_as_it_is),
    SPEC(level_and_clock_become_severity_facility_and_time),
    SPEC(messages_are_told_apart_wherever_a_read_ended))
