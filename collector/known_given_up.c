#include "collector/known_private.h"

void
known_count_open(struct known *c, struct chain *chain)
{
	uint32_t open = chain->seen.count;
	if (chain->given_up != NULL)
		for (uint32_t i = 0; i < chain->seen.count; i++)
			open -= given_up_has(
			    chain->given_up, intervals_hole(&chain->seen, i));
	c->open -= chain->open;
	c->open += open;
	chain->open = open;
}

int
known_give_up(struct known *c, const unsigned char *id, struct str key,
    struct interval range)
{
	struct chain *chain = known_find(c, id, key);
	if (given_up_has(given_up_find(&c->given_up, id, key), range) ||
	    (chain != NULL && intervals_has_all(&chain->seen, range)))
		return 0;
	struct given_up *g = key.len > CHAIN_KEY_MAX
	    ? NULL
	    : given_up_add(&c->given_up, id, key, range, c->activity);
	if (g == NULL)
		return -1;
	if (chain != NULL) {
		/* Both are forgotten together, and not soon. */
		struct chain **was = known_list_of(c, chain);
		chain->given_up = g;
		known_count_open(c, chain);
		known_renew(c, chain, was);
		known_note_change(c, chain);
	}
	return 1;
}

int
known_restore_given_up(struct known *c, const unsigned char *id, struct str key,
    struct intervals *ranges, uint32_t since)
{
	return given_up_restore(&c->given_up, id, key, ranges, since) != NULL
	    ? 0
	    : -1;
}

void
known_expire_given_up(struct known *c, uint32_t before, size_t most)
{
	for (size_t n = 0; n < most; n++) {
		struct given_up *g = c->given_up.table;
		if (g == NULL || g->since >= before)
			return;
		const unsigned char *id = (const unsigned char *)g->name;
		struct str key = given_up_key(g);
		if (known_find(c, id, key) != NULL) {
			/* It goes with its chain. */
			given_up_renew(&c->given_up, g, c->activity);
			continue;
		}
		known_note_forgotten(c, id, &key);
		given_up_remove(&c->given_up, g);
	}
}
