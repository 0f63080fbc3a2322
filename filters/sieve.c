#include "filters/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/xalloc.h"
#include "filters/boundary.h"
#include "filters/regex.h"

struct link {
	char *name;
	struct regex *regex;
	bool passes[2]; /* what becomes of a miss and of a match */
	bool said; /* that it reached its limit */
};

struct sieve {
	struct link *links;
	size_t count;
	uint64_t dropped;
	uint64_t limited;
};

static struct regex *
compile(const struct filter_options *filter, char *error, size_t size)
{
	return regex_new(filter->pattern, filter->ignore_case, error, size);
}

static int
link_init(struct link *link, const struct config *config, const char *name)
{
	char error[300];
	const struct filter_options *filter = config_filter_find(config, name);
	if (filter == NULL) {
		log_error("filter %s: not configured", name);
		return -1;
	}
	struct regex *regex = compile(filter, error, sizeof(error));
	if (regex == NULL) {
		log_error("filter %s: pattern: %s", name, error);
		return -1;
	}
	*link = (struct link){
		.name = xstrdup(name),
		.regex = regex,
		.passes = { filter->type == FILTER_DROP,
		    filter->type == FILTER_KEEP },
	};
	return 0;
}

struct sieve *
sieve_new(const struct config *config, const struct string_list *names)
{
	struct sieve *sieve = xcalloc(1, sizeof(*sieve));
	sieve->links = xcalloc(names->count, sizeof(*sieve->links));
	for (size_t i = 0; i < names->count; i++) {
		struct link *link = &sieve->links[i];
		if (link_init(link, config, names->items[i]) == -1) {
			sieve_free(sieve);
			return NULL;
		}
		sieve->count++;
	}
	return sieve;
}

static void
note_limit(struct sieve *sieve, struct link *link)
{
	sieve->limited++;
	if (link->said)
		return;
	link->said = true;
	log_warnx("filter %s: its pattern takes too long for some lines; "
		  "they pass",
	    link->name);
}

bool
sieve_pass(struct sieve *sieve, const struct record *r)
{
	for (size_t i = 0; i < sieve->count; i++) {
		struct link *link = &sieve->links[i];
		int found = regex_match(link->regex, r->body);
		if (found == -1) {
			note_limit(sieve, link);
		} else if (!link->passes[found]) {
			sieve->dropped++;
			return false;
		}
	}
	return true;
}

uint64_t
sieve_dropped(const struct sieve *sieve)
{
	return sieve->dropped;
}

uint64_t
sieve_limited(const struct sieve *sieve)
{
	return sieve->limited;
}

void
sieve_free(struct sieve *sieve)
{
	if (sieve == NULL)
		return;
	for (size_t i = 0; i < sieve->count; i++) {
		regex_free(sieve->links[i].regex);
		free(sieve->links[i].name);
	}
	free(sieve->links);
	free(sieve);
}

int
sieve_check(const struct config *config, FILE *errors)
{
	int wrong = 0;
	for (size_t i = 0; i < config->filter_count; i++) {
		const struct filter_options *filter = &config->filters[i];
		char error[300];
		struct regex *regex = compile(filter, error, sizeof(error));
		if (regex == NULL) {
			fprintf(errors, "%s:%d: [filter %s] pattern: %s\n",
			    config->file, filter->line, filter->name, error);
			wrong++;
		}
		regex_free(regex);
	}
	return wrong + (int)boundary_check(config, errors);
}
