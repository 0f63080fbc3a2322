#include <stdlib.h>
#include <string.h>

#include "agent/checkpoint_private.h"
#include "config/fingerprint.h"
#include "core/xalloc.h"

/* The same bytes from `safe` on, as a source of their own. */
static struct source *
renew(
    struct checkpoint *c, const struct input_options *input, struct source *old)
{
	struct source *s = source_new(input->name, &old->identity, old->path);
	s->safe = s->reached = old->safe;
	s->start = old->safe.offset;
	s->head = old->head;
	source_end(old);
	/* What it has of another host's lines that host can tell better. */
	old->expired = c->moved;
	checkpoint_add(c, input, s);
	return s;
}

static bool
is_of_another_input(const struct checkpoint *c, const struct source *s,
    const struct input_options *input)
{
	static const struct identity none;
	if (strcmp(s->input, input->name) == 0)
		return false;
	/* A spool goes by its input's name, and by nothing else. */
	if (memcmp(&s->identity, &none, sizeof(none)) == 0)
		return true;
	for (size_t i = 0; i < c->config->input_count; i++)
		if (strcmp(s->input, c->config->inputs[i].name) == 0)
			return true;
	return false; /* it was renamed, say */
}

static struct source *
find(struct checkpoint *c, const struct input_options *input,
    const struct identity *id, checkpoint_fits *fits, void *owner)
{
	struct source *s = source_index_find(&c->index, id);
	for (; s != NULL; s = s->alike)
		if (!s->attached && !s->gone &&
		    !is_of_another_input(c, s, input) &&
		    (fits == NULL || fits(owner, s)))
			return s;
	return NULL;
}

bool
checkpoint_has(const struct checkpoint *c, const struct input_options *input,
    const struct identity *id)
{
	const struct source *s = source_index_find(&c->index, id);
	while (s != NULL && (s->gone || strcmp(s->input, input->name) != 0))
		s = s->alike;
	return s != NULL;
}

struct source *
checkpoint_find(struct checkpoint *c, const struct input_options *input,
    const struct identity *id)
{
	return checkpoint_find_fitting(c, input, id, NULL, NULL);
}

struct source *
checkpoint_find_fitting(struct checkpoint *c, const struct input_options *input,
    const struct identity *id, checkpoint_fits *fits, void *owner)
{
	struct source *s = find(c, input, id, fits, owner);
	if (s == NULL)
		return NULL;
	uint64_t setup = config_fingerprint(c->config, input);
	if (s->state == SOURCE_STALE ||
	    (s->state == SOURCE_OPEN && s->setup != setup))
		return renew(c, input, s);
	s->changed = true;
	if (s->setup != setup) {
		/* Before a line is published that another cut or keyed. */
		s->setup = setup;
		s->since = s->safe.offset;
		s->recorded = false;
		checkpoint_save(c, true);
	}
	if (strcmp(s->input, input->name) != 0) {
		free(s->input);
		s->input = xstrdup(input->name);
	}
	return s;
}

void
checkpoint_add(
    struct checkpoint *c, const struct input_options *input, struct source *s)
{
	s->setup = config_fingerprint(c->config, input);
	s->next = c->sources;
	c->sources = s;
	source_index_add(&c->index, s);
	checkpoint_save(c, true);
}
