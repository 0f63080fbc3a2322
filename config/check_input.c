#include "config/check_input.h"

#include <assert.h>
#include <stdlib.h>

#include "config/value.h"
#include "core/xalloc.h"

#define BIT(type) (1u << (type))

/* Options that not every type has, and the types that have them. */
static const struct {
	const char *key;
	unsigned types;
	const char *wrong;
} belongs[] = {
	{ "path", BIT(INPUT_FILE) | BIT(INPUT_KMSG),
	    "is for type = file or kmsg" },
	{ "exclude", BIT(INPUT_FILE), "is for type = file" },
	{ "start", BIT(INPUT_FILE) | BIT(INPUT_JOURNAL) | BIT(INPUT_KMSG),
	    "is for type = file, journal or kmsg; others have no earlier "
	    "lines" },
	{ "journal_path", BIT(INPUT_JOURNAL), "is for type = journal" },
	{ "match", BIT(INPUT_JOURNAL), "is for type = journal" },
	{ "fields", BIT(INPUT_JOURNAL), "is for type = journal" },
	{ "command", BIT(INPUT_EXEC), "is for type = exec" },
	{ "restart", BIT(INPUT_EXEC), "is for type = exec" },
	{ "command_stderr", BIT(INPUT_EXEC), "is for type = exec" },
	{ "encoding", BIT(INPUT_FILE), "is for type = file" },
	{ "strip_cr", BIT(INPUT_FILE), "is for type = file" },
	{ "rotate_wait", BIT(INPUT_FILE), "is for type = file" },
	{ "deleted_max", BIT(INPUT_FILE), "is for type = file" },
};

/*
 * Does it say anything but the default?  To have been written is not enough:
 * a process is handed a configuration in which every option is.
 */
static bool
says_something(const struct option *row, const void *options)
{
	struct buffer own = { 0 }, standard = { 0 }, wrong = { 0 };
	void *other = xcalloc(1, sizeof(struct input_options));
	int rc = value_set(row, other, str_from(row->value), &wrong);
	assert(rc == 0); /* a default is valid */
	value_print(row, options, true, &own);
	value_print(row, other, true, &standard);
	bool equal = str_equal(buffer_str(&own), buffer_str(&standard));
	value_clear(row, other);
	free(other);
	buffer_clear(&own);
	buffer_clear(&standard);
	buffer_clear(&wrong);
	return !equal;
}

static void
check_needs(struct load *load, const struct section *section,
    const struct input_options *input)
{
	if (input->type == INPUT_FILE && input->path.count == 0)
		load_complain(load, section, "path",
		    "is missing; write the files to follow, as /var/log/*.log");
	if (input->type == INPUT_KMSG && input->path.count > 1)
		load_complain(load, section, "path",
		    "names %zu files; type = kmsg reads one",
		    input->path.count);
	if (input->type == INPUT_EXEC && input->command.count == 0)
		load_complain(load, section, "command",
		    "is missing; write what to run, as /usr/bin/vmstat -n 60");
#ifndef WEIR_JOURNAL
	if (input->type == INPUT_JOURNAL)
		load_complain(load, section, "type",
		    "this weir was built without libsystemd, which reads "
		    "journals");
#endif
}

void
check_input_type(struct load *load, const struct section *section)
{
	const struct input_options *input = load_options(load, section);
	check_needs(load, section, input);
	for (size_t i = 0; i < sizeof(belongs) / sizeof(*belongs); i++) {
		const struct option *row =
		    schema_row(&schema_input, str_from(belongs[i].key));
		if ((belongs[i].types & BIT(input->type)) == 0 &&
		    says_something(row, input))
			load_complain(load, section, belongs[i].key, "%s",
			    belongs[i].wrong);
	}
}
