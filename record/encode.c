#include "record/encode.h"

#include <assert.h>
#include <string.h>

#define TEXT_COUNT 11

struct header {
	uint64_t pos;
	uint64_t prev;
	int64_t time;
	int64_t received;
	uint32_t severity;
	uint32_t facility;
	uint32_t part;
	uint32_t flags;
	uint32_t lens[TEXT_COUNT];
};

/* The text fields in the order of struct record, but the body last. */
static void
list_texts(const struct record *r, struct str texts[TEXT_COUNT])
{
	texts[0] = r->key;
	texts[1] = r->host;
	texts[2] = r->program;
	texts[3] = r->path;
	texts[4] = r->pid;
	texts[5] = r->msgid;
	texts[6] = r->source;
	texts[7] = r->user;
	texts[8] = r->data;
	texts[9] = r->peer;
	texts[10] = r->body;
}

size_t
record_encoded_size(const struct record *r)
{
	struct str texts[TEXT_COUNT];
	size_t size = sizeof(struct header);
	list_texts(r, texts);
	for (int i = 0; i < TEXT_COUNT; i++)
		size += texts[i].len;
	return size;
}

void
record_encode(const struct record *r, char *out)
{
	struct str texts[TEXT_COUNT];
	struct header header = {
		.pos = r->pos,
		.prev = r->prev,
		.time = r->time,
		.received = r->received,
		.severity = (uint32_t)r->severity,
		.facility = (uint32_t)r->facility,
		.part = r->part,
		.flags = r->flags,
	};
	char *end = out + sizeof(header);
	list_texts(r, texts);
	for (int i = 0; i < TEXT_COUNT; i++) {
		assert(texts[i].len <= UINT32_MAX);
		header.lens[i] = (uint32_t)texts[i].len;
		if (texts[i].len > 0)
			memcpy(end, texts[i].data, texts[i].len);
		end += texts[i].len;
	}
	memcpy(out, &header, sizeof(header));
}

int
record_decode(struct str bytes, struct record *r)
{
	struct header header;
	struct str texts[TEXT_COUNT];
	if (bytes.len < sizeof(header))
		return -1;
	memcpy(&header, bytes.data, sizeof(header));
	if (header.severity >= SEVERITY_COUNT ||
	    header.facility >= FACILITY_COUNT)
		return -1;
	bytes = str_after(bytes, sizeof(header));
	for (int i = 0; i < TEXT_COUNT; i++) {
		if (header.lens[i] > bytes.len)
			return -1;
		texts[i] = (struct str){ bytes.data, header.lens[i] };
		bytes = str_after(bytes, header.lens[i]);
	}
	if (bytes.len != 0)
		return -1;
	*r = (struct record){
		.key = texts[0],
		.host = texts[1],
		.program = texts[2],
		.path = texts[3],
		.pid = texts[4],
		.msgid = texts[5],
		.source = texts[6],
		.user = texts[7],
		.data = texts[8],
		.peer = texts[9],
		.body = texts[10],
		.pos = header.pos,
		.prev = header.prev,
		.time = header.time,
		.received = header.received,
		.severity = (enum severity)header.severity,
		.facility = (enum facility)header.facility,
		.part = header.part,
		.flags = header.flags,
	};
	return 0;
}
