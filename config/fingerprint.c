#include "config/fingerprint.h"

#include "config/schema.h"
#include "config/value.h"
#include "core/checksum.h"

static void
put_section(
    const struct schema *schema, const void *options, struct buffer *out)
{
	for (size_t i = 0; i < schema->row_count; i++) {
		if (schema->rows[i].aside)
			continue;
		value_print(&schema->rows[i], options, true, out);
		buffer_append_byte(out, '\0');
	}
}

uint64_t
config_fingerprint(
    const struct config *config, const struct input_options *input)
{
	struct buffer text = { 0 };
	buffer_printf(&text, "%s%c%s%c%s%c", WEIR_VERSION, '\0',
	    config->agent.routing_key, '\0', config->agent.host, '\0');
	put_section(&schema_input, input, &text);
	for (size_t i = 0; i < input->filters.count; i++)
		put_section(&schema_filter,
		    config_filter_find(config, input->filters.items[i]), &text);
	uint64_t sum = checksum(buffer_str(&text));
	buffer_clear(&text);
	return sum;
}
