#include "config/config.h"

#include "config/schema.h"
#include "config/value.h"

static void
print_section(const struct schema *schema, const void *options, bool secrets,
    struct buffer *out)
{
	const char *name = schema_name(schema, options);
	buffer_printf(out, "[%s%s%s]\n", schema->name, name != NULL ? " " : "",
	    name != NULL ? name : "");
	for (size_t i = 0; i < schema->row_count; i++) {
		buffer_printf(out, "%s = ", schema->rows[i].key);
		value_print(&schema->rows[i], options, secrets, out);
		if (out->data[out->len - 1] == ' ')
			out->len--; /* an empty value */
		buffer_append_byte(out, '\n');
	}
}

void
config_print(const struct config *config, FILE *out, bool secrets)
{
	struct buffer text = { 0 };
	for (size_t k = 0; schema_all[k] != NULL; k++) {
		const void *options;
		for (size_t i = 0; (options = schema_section(
					config, schema_all[k], i)) != NULL;
		     i++) {
			if (text.len > 0)
				buffer_append_byte(&text, '\n');
			print_section(schema_all[k], options, secrets, &text);
		}
	}
	fwrite(text.data, 1, text.len, out);
	buffer_clear(&text);
}
