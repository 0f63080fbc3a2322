/*
 * What an input knows of a line besides its text (who sent it, what a journal
 * or a container's log says of it) as bytes: they go through the spool with
 * the line (`origin` in agent/segment.h), and from there into its record,
 * where they beat what the text claims.
 *
 * Each is a byte for its kind, four for the length, little-endian, and the
 * value.  Kinds are never given a new number: spools outlive versions.
 */
#ifndef RECORD_ATTRIBUTES_H
#define RECORD_ATTRIBUTES_H

#include "core/buffer.h"
#include "record/record.h"

enum attribute {
	ATTRIBUTE_PEER = 1,
	ATTRIBUTE_HOST = 2,
	ATTRIBUTE_PROGRAM = 3,
	ATTRIBUTE_PID = 4,
	ATTRIBUTE_MSGID = 5,
	ATTRIBUTE_DATA = 6,
	ATTRIBUTE_TIME = 7, /* a number: ns since the epoch */
	ATTRIBUTE_SEVERITY = 8, /* a number: enum severity */
	ATTRIBUTE_FACILITY = 9, /* a number: enum facility */
	ATTRIBUTE_CURSOR = 10, /* where its input goes on behind it */
};

/* Append one; an empty value is left out. */
void attributes_put(struct buffer *out, enum attribute kind, struct str value);
void
attributes_put_number(struct buffer *out, enum attribute kind, int64_t value);

/*
 * Set what `bytes` say in `r`, whose fields then point into them.  Kinds that
 * are no field of a record, or not known here, are passed over.  Returns -1
 * if the bytes are not what attributes_put makes; `r` then has what stood in
 * front of the damage.
 */
int attributes_read(struct str bytes, struct record *r);

/* The last value of that kind; false if there is none. */
bool attributes_find(struct str bytes, enum attribute kind, struct str *value);

#endif
