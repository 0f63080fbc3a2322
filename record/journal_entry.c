#include "record/journal_entry.h"

#include <fnmatch.h>
#include <string.h>

#include "core/clock.h"
#include "core/utf8.h"
#include "record/attributes.h"
#include "record/record.h"
#include "record/sd_element.h"

#define NAME_MAX_LEN 64 /* of a field: systemd.journal-fields(7) */

static const struct {
	struct str name;
	bool told; /* elsewhere in the record, so not in the SD-ELEMENT too */
} fields[JOURNAL_FIELD_COUNT] = {
	[JOURNAL_MESSAGE] = { STR("MESSAGE"), true },
	[JOURNAL_PRIORITY] = { STR("PRIORITY"), true },
	[JOURNAL_FACILITY] = { STR("SYSLOG_FACILITY"), true },
	[JOURNAL_IDENTIFIER] = { STR("SYSLOG_IDENTIFIER"), true },
	[JOURNAL_COMM] = { STR("_COMM"), false },
	[JOURNAL_PID] = { STR("_PID"), true },
	[JOURNAL_SYSLOG_PID] = { STR("SYSLOG_PID"), true },
	[JOURNAL_HOSTNAME] = { STR("_HOSTNAME"), true },
	[JOURNAL_SOURCE_TIME] = { STR("_SOURCE_REALTIME_TIMESTAMP"), true },
	[JOURNAL_MESSAGE_ID] = { STR("MESSAGE_ID"), true },
	[JOURNAL_EXE] = { STR("_EXE"), false },
	[JOURNAL_INVOCATION] = { STR("_SYSTEMD_INVOCATION_ID"), false },
};

/* The same message once more, as it came over /dev/log. */
static const struct str copies[] = { STR("SYSLOG_RAW"),
	STR("SYSLOG_TIMESTAMP") };

void
journal_entry_begin(struct journal_entry *e)
{
	for (size_t i = 0; i < JOURNAL_FIELD_COUNT; i++)
		e->values[i].len = 0;
	memset(e->has, 0, sizeof(e->has));
	e->data.len = e->attributes.len = 0;
	e->left_out = 0;
	e->flags = 0;
}

static bool
is_wanted(const struct journal_wanted *wanted, struct str name)
{
	char text[NAME_MAX_LEN + 1];
	if (name.len > NAME_MAX_LEN || memchr(name.data, '\0', name.len))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	for (size_t i = 0; i < wanted->count; i++)
		if (fnmatch(wanted->patterns[i], text, 0) == 0)
			return true;
	return false;
}

static void
keep(struct journal_entry *e, size_t field, struct str value)
{
	if (e->has[field])
		return;
	e->has[field] = true;
	if (field != JOURNAL_MESSAGE)
		value.len = utf8_cut(value, JOURNAL_VALUE_MAX);
	buffer_append_str(&e->values[field], value);
}

void
journal_entry_field(struct journal_entry *e,
    const struct journal_wanted *wanted, struct str name, struct str value)
{
	if (name.len == 0)
		return;
	for (size_t i = 0; i < JOURNAL_FIELD_COUNT; i++) {
		if (!str_equal(name, fields[i].name))
			continue;
		keep(e, i, value);
		if (fields[i].told)
			return;
	}
	for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++)
		if (str_equal(name, copies[i]))
			return;
	if (is_wanted(wanted, name) &&
	    !sd_element_add(&e->data, "journal", name, value))
		e->left_out++;
}

struct str
journal_entry_value(const struct journal_entry *e, enum journal_field field)
{
	return buffer_str(&e->values[field]);
}

/* A decimal number of at most `max`; -1: it is none. */
static int64_t
number(struct str text, int64_t max)
{
	uint64_t n;
	bool whole = str_take_number(&text, &n) && text.len == 0;
	return whole && n <= (uint64_t)max ? (int64_t)n : -1;
}

static void
put_number(struct journal_entry *e, enum journal_field field, int64_t max,
    enum attribute kind)
{
	if (!e->has[field])
		return;
	int64_t n = number(journal_entry_value(e, field), max);
	if (n == -1)
		e->flags |= RECORD_MALFORMED;
	else
		attributes_put_number(&e->attributes, kind, n);
}

static void
put_either(struct journal_entry *e, enum journal_field first,
    enum journal_field second, enum attribute kind)
{
	struct str value = journal_entry_value(e, first);
	if (value.len == 0)
		value = journal_entry_value(e, second);
	attributes_put(&e->attributes, kind, value);
}

static void
put_time(struct journal_entry *e, int64_t realtime)
{
	int64_t usec = number(
	    journal_entry_value(e, JOURNAL_SOURCE_TIME), INT64_MAX / 1000);
	if (usec != -1)
		realtime = usec * 1000;
	else if (e->has[JOURNAL_SOURCE_TIME])
		e->flags |= RECORD_MALFORMED;
	if (realtime != 0)
		attributes_put_number(&e->attributes, ATTRIBUTE_TIME, realtime);
}

void
journal_entry_end(struct journal_entry *e, int64_t realtime)
{
	put_number(e, JOURNAL_PRIORITY, SEVERITY_COUNT - 1, ATTRIBUTE_SEVERITY);
	put_number(e, JOURNAL_FACILITY, FACILITY_COUNT - 1, ATTRIBUTE_FACILITY);
	put_either(e, JOURNAL_IDENTIFIER, JOURNAL_COMM, ATTRIBUTE_PROGRAM);
	put_either(e, JOURNAL_PID, JOURNAL_SYSLOG_PID, ATTRIBUTE_PID);
	attributes_put(&e->attributes, ATTRIBUTE_HOST,
	    journal_entry_value(e, JOURNAL_HOSTNAME));
	attributes_put(&e->attributes, ATTRIBUTE_MSGID,
	    journal_entry_value(e, JOURNAL_MESSAGE_ID));
	put_time(e, realtime);
	sd_element_end(&e->data);
	attributes_put(&e->attributes, ATTRIBUTE_DATA, buffer_str(&e->data));
}

void
journal_entry_clear(struct journal_entry *e)
{
	for (size_t i = 0; i < JOURNAL_FIELD_COUNT; i++)
		buffer_clear(&e->values[i]);
	buffer_clear(&e->data);
	buffer_clear(&e->attributes);
}
