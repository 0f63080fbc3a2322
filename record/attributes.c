#include "record/attributes.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#define HEAD ((size_t)5) /* kind and length */

void
attributes_put(struct buffer *out, enum attribute kind, struct str value)
{
	if (value.len == 0)
		return;
	assert(value.len <= UINT32_MAX);
	uint32_t length = htole32((uint32_t)value.len);
	buffer_append_byte(out, (char)kind);
	buffer_append(out, (const char *)&length, sizeof(length));
	buffer_append(out, value.data, value.len);
}

void
attributes_put_number(struct buffer *out, enum attribute kind, int64_t value)
{
	uint64_t bytes = htole64((uint64_t)value);
	attributes_put(
	    out, kind, (struct str){ (const char *)&bytes, sizeof(bytes) });
}

/* Take the next one off the front of `rest`: 1, 0 at the end, -1 if damaged. */
static int
next(struct str *rest, int *kind, struct str *value)
{
	uint32_t length;
	if (rest->len == 0)
		return 0;
	if (rest->len < HEAD)
		return -1;
	memcpy(&length, rest->data + 1, sizeof(length));
	length = le32toh(length);
	if (length > rest->len - HEAD)
		return -1;
	*kind = (unsigned char)rest->data[0];
	*value = (struct str){ rest->data + HEAD, length };
	*rest = str_after(*rest, HEAD + length);
	return 1;
}

static int
read_number(struct str value, int64_t *number)
{
	uint64_t bytes;
	if (value.len != sizeof(bytes))
		return -1;
	memcpy(&bytes, value.data, sizeof(bytes));
	*number = (int64_t)le64toh(bytes);
	return 0;
}

static int
set_number(int kind, struct str value, struct record *r)
{
	int64_t number;
	if (read_number(value, &number) == -1)
		return -1;
	if (kind == ATTRIBUTE_TIME) {
		r->time = number;
		return 0;
	}
	if (kind == ATTRIBUTE_SEVERITY && number >= 0 &&
	    number < SEVERITY_COUNT) {
		r->severity = (enum severity)number;
		return 0;
	}
	if (kind == ATTRIBUTE_FACILITY && number >= 0 &&
	    number < FACILITY_COUNT) {
		r->facility = (enum facility)number;
		return 0;
	}
	return -1;
}

static int
set(int kind, struct str value, struct record *r)
{
	switch (kind) {
	case ATTRIBUTE_PEER:
		r->peer = value;
		return 0;
	case ATTRIBUTE_HOST:
		r->host = value;
		return 0;
	case ATTRIBUTE_PROGRAM:
		r->program = value;
		return 0;
	case ATTRIBUTE_PID:
		r->pid = value;
		return 0;
	case ATTRIBUTE_MSGID:
		r->msgid = value;
		return 0;
	case ATTRIBUTE_DATA:
		r->data = value;
		return 0;
	case ATTRIBUTE_TIME:
	case ATTRIBUTE_SEVERITY:
	case ATTRIBUTE_FACILITY:
		return set_number(kind, value, r);
	default:
		return 0;
	}
}

int
attributes_read(struct str bytes, struct record *r)
{
	struct str value;
	int kind, found;
	while ((found = next(&bytes, &kind, &value)) == 1)
		if (set(kind, value, r) == -1)
			return -1;
	return found;
}

bool
attributes_find(struct str bytes, enum attribute kind, struct str *value)
{
	struct str one;
	int k;
	bool found = false;
	while (next(&bytes, &k, &one) == 1) {
		if (k != (int)kind)
			continue;
		*value = one;
		found = true;
	}
	return found;
}
