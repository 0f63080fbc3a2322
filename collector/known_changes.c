#include <stdlib.h>
#include <string.h>

#include "collector/known_private.h"

void
known_note_change(struct known *c, struct chain *chain)
{
	if (chain->change > 0)
		return;
	if (c->changed_count == c->changed_room) {
		c->changed_room =
		    c->changed_room > 0 ? 2 * c->changed_room : 64;
		c->changed = xrealloc(
		    c->changed, c->changed_room * sizeof(struct chain *));
	}
	c->changed[c->changed_count++] = chain;
	chain->change = c->changed_count;
}

void
known_note_forgotten(
    struct known *c, const unsigned char *id, const struct str *key)
{
	if (c->forgotten_count == c->forgotten_room) {
		c->forgotten_room =
		    c->forgotten_room > 0 ? 2 * c->forgotten_room : 16;
		c->forgotten = xrealloc(
		    c->forgotten, c->forgotten_room * sizeof(*c->forgotten));
	}
	struct forgotten *f = &c->forgotten[c->forgotten_count++];
	*f = (struct forgotten){ .is_source = key == NULL };
	memcpy(f->id, id, SOURCE_ID_LEN);
	if (key != NULL)
		f->key = (struct str){ str_copy(*key), key->len };
}

bool
known_are_unchanged(const struct known *c)
{
	return c->changed_count == 0 && c->forgotten_count == 0 &&
	    c->given_up.changed == 0;
}

void
known_changes_taken(struct known *c)
{
	for (uint32_t i = 0; i < c->changed_count; i++)
		if (c->changed[i] != NULL)
			c->changed[i]->change = 0;
	c->changed_count = 0;
	c->forgotten_count = 0;
}
