/*
 * A configuration while it is read: which sections and keys stood on which
 * line, and what is wrong with them.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include <stdbool.h>
#include <stdio.h>

#include "config/config.h"
#include "config/diagnostic.h"
#include "config/schema.h"

struct section {
	const struct schema *schema;
	size_t index; /* among those of its schema */
	int line; /* of its header; 0: it has none */
	int *lines; /* of its keys, by row; 0: not given; negative: refused */
};

struct load {
	struct config *config;
	struct diagnostics diagnostics;
	/* Those without name first, there or not; then as in the file. */
	struct section *sections;
	size_t count;
	size_t current; /* LOAD_NO_SECTION: its keys are passed over */
};

#define LOAD_NO_SECTION ((size_t)-1)

/*
 * Read `in` and check it.  Returns all that could be made of it, defaults
 * for the rest; `wrong` counts the errors, which went to `errors`.
 */
struct config *
load_file(FILE *in, const char *name, FILE *errors, size_t *wrong);

void *load_options(const struct load *load, const struct section *section);

bool load_has(const struct section *section, const char *key);

/* The line of a key; that of its section if it was not given. */
int load_line(const struct section *section, const char *key);

/*
 * "[input nginx] path: " and the sentence, at load_line of the key.  A value
 * that was refused is not complained of a second time.
 */
void
load_complain(struct load *load, const struct section *section, const char *key,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
