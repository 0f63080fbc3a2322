#include "config/config.h"

#include "config/schema.h"
#include "config/value.h"

/* Text that stands for itself in mdoc(7). */
static void
put_plain(struct str text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\\')
			buffer_append(out, "\\e", 2);
		else if (text.data[i] == '-')
			buffer_append(out, "\\-", 2);
		else
			buffer_append_byte(out, text.data[i]);
	}
}

static void
put_row(const struct option *row, struct buffer *out)
{
	struct buffer values = { 0 };
	buffer_printf(out, ".It Ic %s\n", row->key);
	put_plain(str_from(row->text), out);
	value_describe(row, &values);
	if (values.len > 0) {
		buffer_printf(out, "\nTakes ");
		put_plain(buffer_str(&values), out);
		buffer_append_byte(out, '.');
	}
	buffer_clear(&values);
	buffer_printf(out, "\nThe default is");
	if (row->value[0] == '\0') {
		buffer_printf(out, " empty.\n");
		return;
	}
	/* \& so that no word is taken for the name of a macro. */
	buffer_printf(out, "\n.Ql \\&");
	put_plain(str_from(row->value), out);
	buffer_printf(out, " .\n");
}

static void
put_schema(const struct schema *schema, struct buffer *out)
{
	buffer_printf(out, ".Ss ");
	schema_print_header(schema, out);
	buffer_printf(out, "\n%s\n.Bl -tag -width Ds\n", schema->text);
	for (size_t i = 0; i < schema->row_count; i++)
		put_row(&schema->rows[i], out);
	buffer_printf(out, ".El\n");
}

void
config_reference(FILE *out)
{
	struct buffer text = { 0 };
	for (size_t i = 0; schema_all[i] != NULL; i++)
		put_schema(schema_all[i], &text);
	fwrite(text.data, 1, text.len, out);
	buffer_clear(&text);
}
