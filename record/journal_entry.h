/*
 * What an entry of the systemd journal says, made of its fields
 * (systemd.journal-fields(7)) one after the other: the text, and what is
 * known besides as attributes (record/attributes.h).
 *
 *	MESSAGE			the text, byte for byte
 *	PRIORITY		severity
 *	SYSLOG_FACILITY		facility
 *	SYSLOG_IDENTIFIER	program; else _COMM
 *	_PID			pid; else SYSLOG_PID
 *	_HOSTNAME		host
 *	_SOURCE_REALTIME_TIMESTAMP	time
 *	MESSAGE_ID		msgid
 *
 * Of a field that stands there several times the first holds.  Others go into
 * one SD-ELEMENT, [journal NAME="VALUE" ...], where somebody wants them.
 */
#ifndef RECORD_JOURNAL_ENTRY_H
#define RECORD_JOURNAL_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buffer.h"

/* Fields with a meaning of their own. */
enum journal_field {
	JOURNAL_MESSAGE,
	JOURNAL_PRIORITY,
	JOURNAL_FACILITY,
	JOURNAL_IDENTIFIER,
	JOURNAL_COMM,
	JOURNAL_PID,
	JOURNAL_SYSLOG_PID,
	JOURNAL_HOSTNAME,
	JOURNAL_SOURCE_TIME,
	JOURNAL_MESSAGE_ID,
	JOURNAL_EXE,
	JOURNAL_INVOCATION,
	JOURNAL_FIELD_COUNT,
};

/* Longer values of those, but for MESSAGE, are cut to this. */
#define JOURNAL_VALUE_MAX ((size_t)1024)

/* Owned by the caller; zeroed, it is ready to begin. */
struct journal_entry {
	struct buffer values[JOURNAL_FIELD_COUNT];
	bool has[JOURNAL_FIELD_COUNT];
	struct buffer data; /* the SD-ELEMENT */
	uint64_t left_out; /* fields for which there was no room in it */
	struct buffer attributes; /* after journal_entry_end */
	uint32_t flags; /* RECORD_MALFORMED: a number that is none */
};

/* Which fields go into the SD-ELEMENT. */
struct journal_wanted {
	char *const *patterns; /* fnmatch(3) */
	size_t count;
};

/* Empty it; memory is kept for the next one. */
void journal_entry_begin(struct journal_entry *e);

void journal_entry_field(struct journal_entry *e,
    const struct journal_wanted *wanted, struct str name, struct str value);

/*
 * All fields were given: make `attributes` of them.  `realtime`: when the
 * journal took it, in ns since the epoch, for an entry that does not say when
 * it was sent; 0: that is not known either.
 */
void journal_entry_end(struct journal_entry *e, int64_t realtime);

/* The value of a field; empty if it has none. */
struct str
journal_entry_value(const struct journal_entry *e, enum journal_field field);

void journal_entry_clear(struct journal_entry *e);

#endif
