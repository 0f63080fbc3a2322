#include "broker/confirms.h"

#include <assert.h>
#include <stdlib.h>

#include "core/xalloc.h"

#define FIRST_SIZE 1024

void
confirms_init(struct confirms *c)
{
	*c = (struct confirms){ .ring = xcalloc(FIRST_SIZE, sizeof(*c->ring)),
		.size = FIRST_SIZE,
		.oldest = 1,
		.next = 1 };
}

static struct confirm *
slot(const struct confirms *c, uint64_t tag)
{
	return &c->ring[tag & (c->size - 1)];
}

static void
grow(struct confirms *c)
{
	struct confirms wider = *c;
	wider.size = 2 * c->size;
	wider.ring = xcalloc(wider.size, sizeof(*wider.ring));
	for (uint64_t tag = c->oldest; tag < c->next; tag++)
		*slot(&wider, tag) = *slot(c, tag);
	free(c->ring);
	*c = wider;
}

void
confirms_add(struct confirms *c, uint64_t id, uint64_t mark)
{
	assert(id != 0);
	if (c->next - c->oldest == c->size)
		grow(c);
	*slot(c, c->next++) = (struct confirm){ id, mark };
	c->open++;
}

static void
skip_answered(struct confirms *c)
{
	while (c->oldest < c->next && slot(c, c->oldest)->id == 0)
		c->oldest++;
}

uint64_t
confirms_find(const struct confirms *c, uint64_t mark)
{
	for (uint64_t tag = c->oldest; tag < c->next; tag++)
		if (slot(c, tag)->id != 0 && slot(c, tag)->mark == mark)
			return slot(c, tag)->id;
	return 0;
}

uint64_t
confirms_only(struct confirms *c)
{
	skip_answered(c);
	return c->open == 1 ? slot(c, c->oldest)->id : 0;
}

int
confirms_settle(struct confirms *c, uint64_t tag, bool multiple,
    void (*settled)(void *owner, uint64_t id), void *owner)
{
	if (tag == 0 || tag >= c->next)
		return -1;
	for (uint64_t t = multiple ? c->oldest : tag; t <= tag; t++) {
		if (t < c->oldest || slot(c, t)->id == 0)
			continue;
		uint64_t id = slot(c, t)->id;
		slot(c, t)->id = 0;
		c->open--;
		settled(owner, id);
	}
	skip_answered(c);
	return 0;
}

void
confirms_clear(struct confirms *c)
{
	free(c->ring);
	*c = (struct confirms){ 0 };
}
