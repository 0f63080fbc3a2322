#include "config/schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "config/value.h"
#include "core/xalloc.h"

const struct schema *const schema_all[] = { &schema_weir, &schema_broker,
	&schema_agent, &schema_collector, &schema_input, &schema_filter,
	&schema_stream, NULL };

/* What every named section's struct starts with. */
struct head {
	char *name;
	int line;
};

#define STARTS_WITH_HEAD(s)                                                    \
	static_assert(offsetof(struct s, name) == offsetof(struct head, name), \
	    "a named section starts with its name");                           \
	static_assert(offsetof(struct s, line) == offsetof(struct head, line), \
	    "and its line")
STARTS_WITH_HEAD(input_options);
STARTS_WITH_HEAD(filter_options);
STARTS_WITH_HEAD(stream_options);

const struct schema *
schema_find(struct str name)
{
	for (size_t i = 0; schema_all[i] != NULL; i++)
		if (str_equal(name, str_from(schema_all[i]->name)))
			return schema_all[i];
	return NULL;
}

const struct option *
schema_row(const struct schema *schema, struct str key)
{
	for (size_t i = 0; i < schema->row_count; i++)
		if (str_equal(key, str_from(schema->rows[i].key)))
			return &schema->rows[i];
	return NULL;
}

static void
set_defaults(const struct schema *schema, void *options)
{
	for (size_t i = 0; i < schema->row_count; i++) {
		const struct option *row = &schema->rows[i];
		struct buffer wrong = { 0 };
		int rc = value_set(row, options, str_from(row->value), &wrong);
		assert(rc == 0); /* every default is a valid value */
	}
}

struct config *
schema_new_config(void)
{
	struct config *config = xcalloc(1, sizeof(*config));
	for (size_t i = 0; schema_all[i] != NULL; i++)
		if (!schema_all[i]->named)
			set_defaults(schema_all[i],
			    schema_section(config, schema_all[i], 0));
	return config;
}

/* The pointer to the array has a type of its own for each kind: copy it. */
static char *
array(const struct config *config, const struct schema *schema)
{
	char *first;
	memcpy(&first, (const char *)config + schema->offset, sizeof(first));
	return first;
}

static size_t *
count(const struct config *config, const struct schema *schema)
{
	return (size_t *)((char *)config + schema->count_offset);
}

void *
schema_section(
    const struct config *config, const struct schema *schema, size_t i)
{
	if (!schema->named)
		return i == 0 ? (char *)config + schema->offset : NULL;
	if (i >= *count(config, schema))
		return NULL;
	return array(config, schema) + i * schema->size;
}

const char *
schema_name(const struct schema *schema, const void *options)
{
	return schema->named ? ((const struct head *)options)->name : NULL;
}

void *
schema_add(struct config *config, const struct schema *schema, struct str name,
    int line)
{
	assert(schema->named);
	size_t *n = count(config, schema);
	char *first = xrealloc(array(config, schema), (*n + 1) * schema->size);
	memcpy((char *)config + schema->offset, &first, sizeof(first));

	char *options = first + *n * schema->size;
	memset(options, 0, schema->size);
	*(struct head *)options =
	    (struct head){ .name = str_copy(name), .line = line };
	set_defaults(schema, options);
	++*n;
	return options;
}

void
schema_print_header(const struct schema *schema, struct buffer *out)
{
	buffer_printf(
	    out, "[%s%s]", schema->name, schema->named ? " NAME" : "");
}

static void
clear_section(const struct schema *schema, void *options)
{
	for (size_t i = 0; i < schema->row_count; i++)
		value_clear(&schema->rows[i], options);
	if (schema->named)
		free(((struct head *)options)->name);
}

void
schema_free_config(struct config *config)
{
	free(config->file);
	for (size_t k = 0; schema_all[k] != NULL; k++) {
		const struct schema *schema = schema_all[k];
		void *options;
		for (size_t i = 0;
		     (options = schema_section(config, schema, i)) != NULL; i++)
			clear_section(schema, options);
		if (schema->named)
			free(array(config, schema));
	}
	free(config);
}
