#include "broker/confirms.h"

#include <assert.h>
#include <stdlib.h>

#include "core/xalloc.h"

#define FIRST_SIZE 1024

void
confirms_init(struct confirms *c)
{
	*c = (struct confirms){ .ids = xcalloc(FIRST_SIZE, sizeof(*c->ids)),
		.size = FIRST_SIZE,
		.oldest = 1,
		.next = 1 };
}

static uint64_t *
slot(struct confirms *c, uint64_t tag)
{
	return &c->ids[tag & (c->size - 1)];
}

static void
grow(struct confirms *c)
{
	struct confirms wider = *c;
	wider.size = 2 * c->size;
	wider.ids = xcalloc(wider.size, sizeof(*wider.ids));
	for (uint64_t tag = c->oldest; tag < c->next; tag++)
		*slot(&wider, tag) = *slot(c, tag);
	free(c->ids);
	*c = wider;
}

void
confirms_add(struct confirms *c, uint64_t id)
{
	assert(id != 0);
	if (c->next - c->oldest == c->size)
		grow(c);
	*slot(c, c->next++) = id;
	c->open++;
}

int
confirms_settle(struct confirms *c, uint64_t tag, bool multiple,
    void (*settled)(void *owner, uint64_t id), void *owner)
{
	/* Tag 0 with multiple: all there are (AMQP 0-9-1, basic.ack). */
	if (tag == 0 && multiple)
		tag = c->next - 1;
	else if (tag == 0 || tag >= c->next)
		return -1;
	for (uint64_t t = multiple ? c->oldest : tag; t <= tag; t++) {
		if (t < c->oldest || *slot(c, t) == 0)
			continue;
		uint64_t id = *slot(c, t);
		*slot(c, t) = 0;
		c->open--;
		settled(owner, id);
	}
	while (c->oldest < c->next && *slot(c, c->oldest) == 0)
		c->oldest++;
	return 0;
}

void
confirms_clear(struct confirms *c)
{
	free(c->ids);
	*c = (struct confirms){ 0 };
}
