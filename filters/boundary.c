#include "filters/boundary.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/xalloc.h"
#include "filters/regex.h"

enum which {
	BEGINS,
	GOES_ON,
	JOINS,
	PATTERNS
};

struct boundary {
	const struct input_options *input;
	struct regex *patterns[PATTERNS]; /* NULL: not given */
	bool said[PATTERNS]; /* that it reached its limit */
};

static const char *const keys[PATTERNS] = {
	[BEGINS] = "multiline_start",
	[GOES_ON] = "multiline_continue",
	[JOINS] = "multiline_next",
};

static const char *
pattern_of(const struct input_options *input, int which)
{
	const char *patterns[PATTERNS] = {
		[BEGINS] = input->multiline_start,
		[GOES_ON] = input->multiline_continue,
		[JOINS] = input->multiline_next,
	};
	const char *pattern = patterns[which];
	return pattern != NULL && pattern[0] != '\0' ? pattern : NULL;
}

int
boundary_new(const struct input_options *input, struct boundary **out)
{
	struct boundary *b = xcalloc(1, sizeof(*b));
	char error[300];
	bool any = false;
	*out = NULL;
	b->input = input;
	for (int i = 0; i < PATTERNS; i++) {
		const char *pattern = pattern_of(input, i);
		if (pattern == NULL)
			continue;
		b->patterns[i] =
		    regex_new(pattern, false, error, sizeof(error));
		if (b->patterns[i] == NULL) {
			log_error(
			    "input %s: %s: %s", input->name, keys[i], error);
			boundary_free(b);
			return -1;
		}
		any = true;
	}
	if (any)
		*out = b;
	else
		boundary_free(b);
	return any;
}

static bool
matches(struct boundary *b, int which, struct str line)
{
	if (b->patterns[which] == NULL)
		return false;
	int found = regex_match(b->patterns[which], line);
	if (found == -1 && !b->said[which]) {
		b->said[which] = true;
		log_warnx("input %s: %s takes too long for some lines; they "
			  "count as not matched",
		    b->input->name, keys[which]);
	}
	return found == 1;
}

/*
 * Where it is said what goes on, only a line that begins one may be followed;
 * where it is not, whatever is in front of the first `start` goes together.
 */
bool
boundary_begins(struct boundary *b, struct str line)
{
	if (b->patterns[BEGINS] != NULL && b->patterns[GOES_ON] != NULL)
		return matches(b, BEGINS, line) || matches(b, JOINS, line);
	if (b->patterns[BEGINS] == NULL && b->patterns[GOES_ON] == NULL)
		return matches(b, JOINS, line);
	return true;
}

bool
boundary_continues(struct boundary *b, struct str before, struct str line)
{
	if (matches(b, JOINS, before))
		return true;
	if (matches(b, BEGINS, line))
		return false;
	if (b->patterns[GOES_ON] != NULL)
		return matches(b, GOES_ON, line);
	return b->patterns[BEGINS] != NULL;
}

size_t
boundary_check(const struct config *config, FILE *errors)
{
	size_t wrong = 0;
	for (size_t i = 0; i < config->input_count; i++) {
		const struct input_options *input = &config->inputs[i];
		for (int k = 0; k < PATTERNS; k++) {
			char error[300];
			const char *pattern = pattern_of(input, k);
			if (pattern == NULL)
				continue;
			struct regex *regex =
			    regex_new(pattern, false, error, sizeof(error));
			if (regex == NULL) {
				fprintf(errors, "%s:%d: [input %s] %s: %s\n",
				    config->file, input->line, input->name,
				    keys[k], error);
				wrong++;
			}
			regex_free(regex);
		}
	}
	return wrong;
}

void
boundary_free(struct boundary *b)
{
	if (b == NULL)
		return;
	for (int i = 0; i < PATTERNS; i++)
		regex_free(b->patterns[i]);
	free(b);
}
