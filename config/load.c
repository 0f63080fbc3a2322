#include "config/load.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/check.h"
#include "config/nearest.h"
#include "config/reader.h"
#include "config/value.h"
#include "core/xalloc.h"

void *
load_options(const struct load *load, const struct section *section)
{
	return schema_section(load->config, section->schema, section->index);
}

static int *
key_line(const struct section *section, const struct option *row)
{
	return &section->lines[row - section->schema->rows];
}

static int
given_line(const struct section *section, const char *key)
{
	const struct option *row = schema_row(section->schema, str_from(key));
	assert(row != NULL);
	return *key_line(section, row);
}

bool
load_has(const struct section *section, const char *key)
{
	return given_line(section, key) != 0;
}

int
load_line(const struct section *section, const char *key)
{
	int line = abs(given_line(section, key));
	return line != 0 ? line : section->line;
}

/* "[input nginx] " */
static void
print_title(
    const struct load *load, const struct section *section, struct buffer *out)
{
	const char *name =
	    schema_name(section->schema, load_options(load, section));
	buffer_printf(out, "[%s", section->schema->name);
	if (name != NULL)
		buffer_printf(out, " %s", name);
	buffer_append(out, "] ", 2);
}

void
load_complain(struct load *load, const struct section *section, const char *key,
    const char *format, ...)
{
	struct buffer title = { 0 };
	char *sentence;
	va_list args;
	if (given_line(section, key) < 0)
		return;
	va_start(args, format);
	if (vasprintf(&sentence, format, args) == -1)
		abort();
	va_end(args);
	print_title(load, section, &title);
	diagnostic_add(&load->diagnostics, load_line(section, key),
	    STR_FMT "%s: %s", STR_ARG(buffer_str(&title)), key, sentence);
	buffer_clear(&title);
	free(sentence);
}

/* A sentence about the line that is being read; takes over `b`. */
static void
complain_here(struct load *load, int line, struct buffer *b)
{
	diagnostic_add(
	    &load->diagnostics, line, STR_FMT, STR_ARG(buffer_str(b)));
	buffer_clear(b);
}

static size_t
add_section(
    struct load *load, const struct schema *schema, size_t index, int line)
{
	struct section section = { .schema = schema,
		.index = index,
		.line = line,
		.lines = xcalloc(schema->row_count, sizeof(int)) };
	load->sections = xrealloc(
	    load->sections, (load->count + 1) * sizeof(*load->sections));
	load->sections[load->count] = section;
	return load->count++;
}

/* The section of that kind and name (NULL: none); LOAD_NO_SECTION if new. */
static size_t
find_section(
    const struct load *load, const struct schema *schema, struct str name)
{
	for (size_t i = 0; i < load->count; i++) {
		const struct section *s = &load->sections[i];
		if (s->schema == schema &&
		    str_equal(
			str_from(schema_name(schema, load_options(load, s))),
			name))
			return i;
	}
	return LOAD_NO_SECTION;
}

/* "; write [weir], [broker] ... or [stream NAME]" */
static void
print_headers(struct buffer *out)
{
	buffer_printf(out, "; write ");
	for (size_t i = 0; schema_all[i] != NULL; i++) {
		if (i > 0)
			buffer_printf(out, schema_all[i + 1] ? ", " : " or ");
		schema_print_header(schema_all[i], out);
	}
}

/* The kind of "input nginx", and its name; NULL when wrong: said so. */
static const struct schema *
parse_header(struct load *load, int line, struct str header, struct str *name)
{
	struct str rest = header, kind = { 0 };
	struct buffer wrong = { 0 };
	str_next_word(&rest, " ", &kind);
	*name = str_trim(rest);

	buffer_printf(&wrong, "[" STR_FMT "] ", STR_ARG(header));
	const struct schema *schema = schema_find(kind);
	if (schema == NULL) {
		struct nearest nearest = nearest_to(kind);
		for (size_t i = 0; schema_all[i] != NULL; i++)
			nearest_offer(&nearest, str_from(schema_all[i]->name));
		buffer_printf(&wrong, "is not a section");
		if (nearest.best.len > 0)
			nearest_print(&nearest, &wrong);
		else
			print_headers(&wrong);
	} else if (schema->named && name->len == 0) {
		buffer_printf(&wrong, "has no name; write ");
		schema_print_header(schema, &wrong);
	} else if (!schema->named && name->len > 0) {
		buffer_printf(&wrong, "takes no name; write ");
		schema_print_header(schema, &wrong);
	} else if (memchr(name->data, ' ', name->len) != NULL) {
		buffer_printf(&wrong,
		    "has a name of several words; write them with - between");
	} else {
		buffer_clear(&wrong);
		return schema;
	}
	complain_here(load, line, &wrong);
	return NULL;
}

static void
start_section(struct load *load, int line, struct str header)
{
	struct str name;
	load->current = LOAD_NO_SECTION;
	if (str_equal(header, str_from(READER_BAD_SECTION)))
		return;
	const struct schema *schema = parse_header(load, line, header, &name);
	if (schema == NULL)
		return;
	size_t i = find_section(load, schema, name);
	if (i == LOAD_NO_SECTION) {
		size_t index = 0;
		while (schema_section(load->config, schema, index) != NULL)
			index++;
		schema_add(load->config, schema, name, line);
		i = add_section(load, schema, index, line);
	} else if (load->sections[i].line == 0) {
		load->sections[i].line = line;
	} else {
		diagnostic_add(&load->diagnostics, line,
		    "[" STR_FMT "] is there already, at line %d; one of them "
		    "must hold all its keys",
		    STR_ARG(header), load->sections[i].line);
	}
	load->current = i;
}

static const struct schema *
schema_with(struct str key)
{
	for (size_t i = 0; schema_all[i] != NULL; i++)
		if (schema_row(schema_all[i], key) != NULL)
			return schema_all[i];
	return NULL;
}

static void
complain_unknown(
    struct load *load, const struct section *section, int line, struct str key)
{
	struct buffer b = { 0 };
	struct nearest nearest = nearest_to(key);
	const struct schema *other = schema_with(key);
	print_title(load, section, &b);
	diagnostic_quote(&b, key);
	buffer_printf(&b, " is not a key of ");
	schema_print_header(section->schema, &b);
	for (size_t i = 0; i < section->schema->row_count; i++)
		nearest_offer(&nearest, str_from(section->schema->rows[i].key));
	if (other != NULL) {
		buffer_printf(&b, " but of ");
		schema_print_header(other, &b);
	} else if (nearest.best.len > 0) {
		nearest_print(&nearest, &b);
	} else {
		buffer_printf(&b, "; weir config --reference lists them");
	}
	complain_here(load, line, &b);
}

static void
set_key(struct load *load, int line, struct str key, struct str value)
{
	const struct section *section = &load->sections[load->current];
	const struct option *row = schema_row(section->schema, key);
	if (row == NULL) {
		complain_unknown(load, section, line, key);
		return;
	}
	int *known = key_line(section, row);
	if (*known != 0) {
		struct buffer b = { 0 };
		print_title(load, section, &b);
		buffer_printf(&b,
		    "%s: is there already, at line %d; remove one of them",
		    row->key, abs(*known));
		complain_here(load, line, &b);
		return;
	}
	*known = line;
	struct buffer wrong = { 0 };
	if (value_set(row, load_options(load, section), value, &wrong) == -1) {
		load_complain(load, section, row->key, STR_FMT,
		    STR_ARG(buffer_str(&wrong)));
		*known = -line;
	}
	buffer_clear(&wrong);
}

static void
take_event(
    void *owner, int line, struct str section, struct str key, struct str value)
{
	struct load *load = owner;
	if (key.len == 0) {
		start_section(load, line, section);
	} else if (load->current != LOAD_NO_SECTION) {
		set_key(load, line, key, value);
	} else if (section.len == 0) {
		struct buffer b = { 0 };
		diagnostic_quote(&b, key);
		buffer_printf(&b, " stands before any [section]");
		complain_here(load, line, &b);
	}
}

struct config *
load_file(FILE *in, const char *name, FILE *errors, size_t *wrong)
{
	struct load load = { .config = schema_new_config(),
		.current = LOAD_NO_SECTION };
	load.config->file = xstrdup(name);
	for (size_t i = 0; schema_all[i] != NULL; i++)
		if (!schema_all[i]->named)
			add_section(&load, schema_all[i], 0, 0);

	reader_run(in, &load.diagnostics, take_event, &load);
	check_all(&load);

	*wrong = load.diagnostics.count;
	diagnostic_print(&load.diagnostics, name, errors);
	diagnostic_clear(&load.diagnostics);
	for (size_t i = 0; i < load.count; i++)
		free(load.sections[i].lines);
	free(load.sections);
	return load.config;
}
