#include "agent/segment.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "core/checksum.h"

#define FORMAT "weirspl2"
#define COPY ((size_t)40) /* of the head */
#define SUMMED ((size_t)32)

static const char magic[4] = { 'w', 'r', 'e', 'c' };
#define SUMS ((size_t)24) /* magic, length and the two checksums */
#define FIXED ((size_t)24) /* in front of `origin` */
#define VERSION 1
#define NOTHING 0

static uint32_t
get32(const char *p)
{
	uint32_t n;
	memcpy(&n, p, sizeof(n));
	return le32toh(n);
}

static uint64_t
get64(const char *p)
{
	uint64_t n;
	memcpy(&n, p, sizeof(n));
	return le64toh(n);
}

static char *
put32(char *p, uint32_t n)
{
	n = htole32(n);
	memcpy(p, &n, sizeof(n));
	return p + sizeof(n);
}

static char *
put64(char *p, uint64_t n)
{
	n = htole64(n);
	memcpy(p, &n, sizeof(n));
	return p + sizeof(n);
}

void
segment_head_put(const struct segment_head *head, struct buffer *out)
{
	char copy[COPY], *p = copy;
	memcpy(p, FORMAT, 8);
	p = put64(p + 8, head->base);
	p = put64(p, head->after);
	p = put64(p, head->salt);
	put64(p, checksum((struct str){ copy, SUMMED }));
	buffer_append(out, copy, COPY);
	buffer_append(out, copy, COPY);
}

int
segment_head_get(struct str bytes, struct segment_head *head)
{
	assert(bytes.len == SEGMENT_HEAD);
	for (size_t i = 0; i < 2; i++) {
		const char *p = bytes.data + i * COPY;
		if (memcmp(p, FORMAT, 8) != 0 ||
		    checksum((struct str){ p, SUMMED }) != get64(p + SUMMED))
			continue;
		*head = (struct segment_head){ get64(p + 8), get64(p + 16),
			get64(p + 24) };
		return 0;
	}
	return -1;
}

/* Over the place, the magic and the length, which are `start`. */
static uint64_t
sum_of_start(const struct segment_head *head, uint64_t at, const char *start)
{
	char bytes[16];
	memcpy(put64(bytes, at), start, 8);
	return checksum_bulk((struct str){ bytes, sizeof(bytes) }) ^ head->salt;
}

/* The record's `length` bytes stand behind the room for its sums. */
static void
finish(const struct segment_head *head, uint64_t at, char *start, size_t length)
{
	memcpy(start, magic, sizeof(magic));
	put32(start + 4, (uint32_t)length);
	uint64_t sum = sum_of_start(head, at, start);
	put64(start + 8, sum);
	put64(start + 16,
	    checksum_bulk((struct str){ start + SUMS, length }) ^ sum);
}

void
segment_nothing_put(const struct segment_head *head, uint64_t at, size_t size,
    struct buffer *out)
{
	assert(size >= SEGMENT_NOTHING_MIN && size <= SEGMENT_RECORD_MAX);
	char *start = buffer_room(out, size);
	memset(start + SUMS, 0, size - SUMS);
	finish(head, at, start, size - SUMS);
	out->len += size;
}

void
segment_record_put(const struct segment_head *head, uint64_t at,
    const struct entry *e, struct buffer *out)
{
	size_t length = FIXED + e->origin.len + e->text.len;
	assert(length <= SEGMENT_RECORD_MAX - SUMS);
	char *start = buffer_room(out, SUMS + length), *p = start + SUMS;
	p[0] = VERSION;
	p[1] = (char)e->severity;
	p[2] = (char)e->facility;
	p[3] = 0;
	p = put32(p + 4, e->flags);
	p = put32(p, e->part);
	p = put64(p, (uint64_t)e->received);
	p = put32(p, (uint32_t)e->origin.len);
	if (e->origin.len > 0)
		memcpy(p, e->origin.data, e->origin.len);
	if (e->text.len > 0)
		memcpy(p + e->origin.len, e->text.data, e->text.len);
	finish(head, at, start, length);
	out->len += SUMS + length;
}

/* The size of the record that starts here, or 0: none does. */
static size_t
size_of(const struct segment_head *head, uint64_t at, const char *start)
{
	if (memcmp(start, magic, sizeof(magic)) != 0)
		return 0;
	size_t length = get32(start + 4);
	if (length == 0 || length > SEGMENT_RECORD_MAX - SUMS ||
	    sum_of_start(head, at, start) != get64(start + 8))
		return 0;
	return SUMS + length;
}

static int
decode(struct str payload, struct entry *e)
{
	const unsigned char *p = (const unsigned char *)payload.data;
	if (payload.len < FIXED)
		return -1;
	size_t origin = get32(payload.data + 20);
	if (p[0] != VERSION || p[1] >= SEVERITY_COUNT ||
	    p[2] >= FACILITY_COUNT || origin > payload.len - FIXED)
		return -1;
	*e = (struct entry){
		.severity = (enum severity)p[1],
		.facility = (enum facility)p[2],
		.flags = get32(payload.data + 4),
		.part = get32(payload.data + 8),
		.received = (int64_t)get64(payload.data + 12),
		.origin = { payload.data + FIXED, origin },
		.text = str_after(payload, FIXED + origin),
	};
	return 0;
}

enum segment_found
segment_record_get(const struct segment_head *head, uint64_t at,
    struct str bytes, struct entry *e, size_t *size)
{
	*size = SUMS;
	if (bytes.len < SUMS)
		return SEGMENT_SHORT;
	*size = size_of(head, at, bytes.data);
	if (*size == 0)
		return SEGMENT_DAMAGED;
	if (bytes.len < *size)
		return SEGMENT_SHORT;
	struct str payload = { bytes.data + SUMS, *size - SUMS };
	uint64_t sum = get64(bytes.data + 8) ^ get64(bytes.data + 16);
	if (checksum_bulk(payload) != sum)
		return SEGMENT_DAMAGED;
	if (payload.data[0] == NOTHING)
		return SEGMENT_NOTHING;
	return decode(payload, e) == 0 ? SEGMENT_ENTRY : SEGMENT_DAMAGED;
}

bool
segment_seek(const struct segment_head *head, uint64_t at, struct str bytes,
    size_t *skip)
{
	const char *p = bytes.data, *end = bytes.data + bytes.len;
	while ((size_t)(end - p) >= SUMS) {
		size_t places = (size_t)(end - p) - SUMS + 1;
		const char *found = memchr(p, magic[0], places);
		*skip = (size_t)((found ? found : p + places) - bytes.data);
		if (found == NULL)
			return false;
		if (size_of(head, at + *skip, found) > 0)
			return true;
		p = found + 1;
	}
	*skip = (size_t)(p - bytes.data);
	return false;
}
