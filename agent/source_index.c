#include "agent/source_index.h"

#include <assert.h>

void
source_index_add(struct source_index *index, struct source *s)
{
	struct source *head = source_index_find(index, &s->identity);
	assert(s->index == NULL);
	s->index = index;
	if (head == NULL) {
		HASH_ADD(by_identity, index->heads, identity,
		    sizeof(s->identity), s);
		return;
	}
	s->alike = head->alike;
	head->alike = s;
}

/* The next one of its kind stands for them all. */
static void
remove_head(struct source_index *index, struct source *s)
{
	struct source *next = s->alike;
	HASH_DELETE(by_identity, index->heads, s);
	if (next != NULL)
		HASH_ADD(by_identity, index->heads, identity,
		    sizeof(next->identity), next);
}

void
source_index_remove(struct source *s)
{
	struct source_index *index = s->index;
	if (index == NULL)
		return;
	struct source *before = source_index_find(index, &s->identity);
	if (before == s)
		remove_head(index, s);
	else {
		while (before->alike != s)
			before = before->alike;
		before->alike = s->alike;
	}
	s->alike = NULL;
	s->index = NULL;
}

void
source_index_move(struct source *s, const struct identity *identity)
{
	struct source_index *index = s->index;
	source_index_remove(s);
	s->identity = *identity;
	if (index != NULL)
		source_index_add(index, s);
}

struct source *
source_index_find(
    const struct source_index *index, const struct identity *identity)
{
	struct source *s;
	HASH_FIND(by_identity, index->heads, identity, sizeof(*identity), s);
	return s;
}
