/*
 * The sections of a configuration file, each with its option rows, and where
 * in a `struct config` what they say is kept.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/option.h"

struct schema {
	const char *name; /* "broker", "input" ... */
	bool named; /* [input NAME]: as many as there are names */
	const char *text; /* one sentence: what it is for */
	const struct option *rows;
	size_t row_count;
	size_t size; /* of the struct that holds one such section */
	size_t offset; /* in struct config: of it, or of the array's pointer */
	size_t count_offset; /* of the array's count, when named */
};

extern const struct schema schema_weir, schema_broker, schema_agent,
    schema_collector, schema_input, schema_filter, schema_stream;

/* All of them in the order in which they are printed; NULL ends it. */
extern const struct schema *const schema_all[];

/* The schema of that name; NULL if there is none. */
const struct schema *schema_find(struct str name);

/* The row of that key; NULL if there is none. */
const struct option *schema_row(const struct schema *schema, struct str key);

/* A configuration that says nothing: all defaults, no named sections. */
struct config *schema_new_config(void);

/*
 * The options of the `i`-th section of its kind (0 for those without name);
 * NULL past the last.
 */
void *schema_section(
    const struct config *config, const struct schema *schema, size_t i);

/* The name of such a section; NULL if its kind has none. */
const char *schema_name(const struct schema *schema, const void *options);

/*
 * Add one more named section with all its defaults.  Pointers to others of
 * its kind are no longer valid.
 */
void *schema_add(struct config *config, const struct schema *schema,
    struct str name, int line);

/* How to write the header: "[broker]", "[input NAME]". */
void schema_print_header(const struct schema *schema, struct buffer *out);

void schema_free_config(struct config *config);

#endif
