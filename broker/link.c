#include "broker/link.h"

#include <string.h>

#include "record/encode.h"

void
link_send_number(struct pair *p, enum link_packet type, uint64_t number)
{
	pair_send(p, type, &number, sizeof(number));
}

void
link_send_text(struct pair *p, enum link_packet type, const char *text)
{
	pair_send(p, type, text, strlen(text));
}

int
link_read_number(struct str payload, uint64_t *number)
{
	if (payload.len != sizeof(*number))
		return -1;
	memcpy(number, payload.data, sizeof(*number));
	return 0;
}

void
link_send_poison(struct pair *p, uint64_t id, const char *why)
{
	size_t len = strlen(why);
	char *room = pair_reserve(p, LINK_POISON, sizeof(id) + len);
	memcpy(room, &id, sizeof(id));
	memcpy(room + sizeof(id), why, len);
}

int
link_read_poison(struct str payload, uint64_t *id, struct str *why)
{
	if (payload.len < sizeof(*id))
		return -1;
	memcpy(id, payload.data, sizeof(*id));
	*why = str_after(payload, sizeof(*id));
	return 0;
}

int
link_read_publish(struct str payload, uint64_t *id, struct record *r)
{
	if (payload.len < sizeof(*id))
		return -1;
	memcpy(id, payload.data, sizeof(*id));
	return record_decode(str_after(payload, sizeof(*id)), r);
}

void
link_ranges_add(
    struct link_ranges *r, struct pair *p, enum link_packet type, uint64_t id)
{
	const size_t most = sizeof(r->ranges) / sizeof(*r->ranges);
	if (r->count > 0 && r->ranges[r->count - 1].last + 1 == id) {
		r->ranges[r->count - 1].last = id;
		return;
	}
	if (r->count == most)
		link_ranges_send(r, p, type);
	r->ranges[r->count++] = (struct link_range){ id, id };
}

void
link_ranges_send(struct link_ranges *r, struct pair *p, enum link_packet type)
{
	if (r->count > 0)
		pair_send(p, type, r->ranges, r->count * sizeof(*r->ranges));
	r->count = 0;
}
