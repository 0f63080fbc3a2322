#include "agent/patterns.h"

#include "agent/glob.h"

static bool
any_matches(const struct string_list *patterns, const char *path)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (glob_matches(patterns->items[i], path))
			return true;
	return false;
}

bool
patterns_exclude(const struct input_options *input, const char *path)
{
	return any_matches(&input->exclude, path);
}

bool
patterns_match(const struct input_options *input, const char *path)
{
	return any_matches(&input->path, path) &&
	    !patterns_exclude(input, path);
}

bool
patterns_know(const struct input_options *input, struct checkpoint *c)
{
	for (struct source *s = checkpoint_first(c); s != NULL; s = s->next)
		if (patterns_match(input, s->path))
			return true;
	return false;
}
