#include "tests/unit/unit.h"

#include <string.h>

#include "core/xalloc.h"
#include "record/attributes.h"
#include "record/journal_entry.h"

static char *default_patterns[] = { "_SYSTEMD_UNIT", "_UID", "[A-Z]*" };
static const struct journal_wanted wanted = { default_patterns, 3 };

/* "NAME=value" each, up to NULL; the record is what comes of it. */
static struct record
record_of(struct journal_entry *e, const char *const fields[], int64_t realtime)
{
	struct record r = { .severity = SEVERITY_INFO,
		.facility = FACILITY_USER };
	journal_entry_begin(e);
	for (size_t i = 0; fields[i] != NULL; i++) {
		const char *equals = strchr(fields[i], '=');
		journal_entry_field(e, &wanted,
		    (struct str){ fields[i], (size_t)(equals - fields[i]) },
		    str_from(equals + 1));
	}
	journal_entry_end(e, realtime);
	assert_int_equal(attributes_read(buffer_str(&e->attributes), &r), 0);
	r.body = journal_entry_value(e, JOURNAL_MESSAGE);
	r.flags = e->flags;
	return r;
}

static void
assert_str(struct str got, const char *text)
{
	if (!str_equal(got, str_from(text)))
		fail_msg("\"" STR_FMT "\", not \"%s\"", STR_ARG(got), text);
}

TEST(each_field_goes_where_it_belongs)
{
	static const char *const fields[] = { "_UID=0", "PRIORITY=3",
		"SYSLOG_FACILITY=10", "SYSLOG_IDENTIFIER=sshd", "_COMM=sshd-s",
		"_PID=42", "SYSLOG_PID=1", "_HOSTNAME=web1",
		"_SOURCE_REALTIME_TIMESTAMP=1700000000000001",
		"MESSAGE_ID=fc2e", "_SYSTEMD_UNIT=ssh.service",
		"MESSAGE=one\ntwo", "CODE_LINE=\"12]", "_BOOT_ID=ab",
		"SYSLOG_RAW=<34>one", "MESSAGE=not this one", NULL };
	struct journal_entry e = { 0 };
	struct record r = record_of(&e, fields, 5);
	assert_str(r.body, "one\ntwo");
	assert_int_equal(r.severity, SEVERITY_ERR);
	assert_int_equal(r.facility, FACILITY_AUTHPRIV);
	assert_str(r.program, "sshd");
	assert_str(r.pid, "42");
	assert_str(r.host, "web1");
	assert_str(r.msgid, "fc2e");
	assert_true(r.time == INT64_C(1700000000000001000));
	assert_str(r.data,
	    "[journal _UID=\"0\" _SYSTEMD_UNIT=\"ssh.service\" "
	    "CODE_LINE=\"\\\"12\\]\"]");
	assert_int_equal(r.flags, 0);
	journal_entry_clear(&e);
}

TEST(what_the_kernel_saw_is_missing_so_what_was_claimed_holds)
{
	static const char *const fields[] = { "_COMM=cron", "SYSLOG_PID=7",
		"MESSAGE=", NULL };
	struct journal_entry e = { 0 };
	struct record r = record_of(&e, fields, 5000);
	assert_str(r.program, "cron");
	assert_str(r.pid, "7");
	assert_true(r.time == 5000);
	assert_str(r.body, "");
	assert_true(e.has[JOURNAL_MESSAGE]);
	record_of(&e, (const char *const[]){ NULL }, 0);
	assert_false(e.has[JOURNAL_MESSAGE]);
	assert_int_equal(e.attributes.len, 0);
	journal_entry_clear(&e);
}

TEST(a_number_that_is_none_is_marked_and_not_taken)
{
	static const char *const odd[] = { "PRIORITY=8", "PRIORITY=-1",
		"PRIORITY=", "PRIORITY=3 ", "PRIORITY=99999999999999999999",
		"SYSLOG_FACILITY=24", "SYSLOG_FACILITY=x",
		"_SOURCE_REALTIME_TIMESTAMP=9223372036854775807" };
	struct journal_entry e = { 0 };
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct record r =
		    record_of(&e, (const char *const[]){ odd[i], NULL }, 77);
		assert_int_equal(r.flags, RECORD_MALFORMED);
		assert_int_equal(r.severity, SEVERITY_INFO);
		assert_int_equal(r.facility, FACILITY_USER);
		assert_true(r.time == 77);
	}
	journal_entry_clear(&e);
}

TEST(large_and_many_fields_are_bounded_but_the_message_is_not)
{
	struct journal_entry e = { 0 };
	size_t size = (size_t)3 << 20;
	char *large = xmalloc(size);
	struct record r = { .body = STR("") };
	memset(large, 0xff, size);
	journal_entry_begin(&e);
	struct str value = { large, size };
	journal_entry_field(
	    &e, &wanted, (struct str)STR("SYSLOG_IDENTIFIER"), value);
	journal_entry_field(&e, &wanted, (struct str)STR("MESSAGE"), value);
	for (int i = 0; i < 100; i++)
		journal_entry_field(&e, &wanted, (struct str)STR("A"), value);
	journal_entry_end(&e, 0);
	assert_int_equal(attributes_read(buffer_str(&e.attributes), &r), 0);
	assert_int_equal(journal_entry_value(&e, JOURNAL_MESSAGE).len, size);
	assert_int_equal(r.program.len, JOURNAL_VALUE_MAX);
	assert_true(r.data.len <= (size_t)16 << 10);
	assert_true(e.left_out > 90);
	free(large);
	journal_entry_clear(&e);
}

TESTS(SPEC(each_field_goes_where_it_belongs),
    SPEC(what_the_kernel_saw_is_missing_so_what_was_claimed_holds),
    SPEC(a_number_that_is_none_is_marked_and_not_taken),
    SPEC(large_and_many_fields_are_bounded_but_the_message_is_not))
