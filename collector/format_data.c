#include "collector/format_data.h"

#include <stdlib.h>

#include "core/buffer.h"
#include "record/structured_data.h"

/* Set it; the second of its name makes them a list. */
static void
add(struct json *element, const char *name, struct str value)
{
	const struct json *there = json_get(element, name);
	struct str first;
	if (there == NULL) {
		json_set_text(element, name, value);
		return;
	}
	if (!json_get_text(element, name, &first)) {
		/* A list, and ours to add to. */
		json_push_text((struct json *)(uintptr_t)there, value);
		return;
	}
	struct json *list = json_new_list();
	json_push_text(list, first);
	json_push_text(list, value);
	json_set(element, name, list);
}

static void
add_param(struct json *element, const struct structured_data *d,
    struct buffer *scratch)
{
	char *name = str_copy(d->name);
	scratch->len = 0;
	add(element, name, structured_data_value(d->value, scratch));
	free(name);
}

struct json *
format_data(struct str data)
{
	bool lax;
	struct structured_data d = { .rest = { data.data,
					 structured_data_length(data, &lax) } };
	struct json *all = json_new(), *element = NULL;
	struct buffer scratch = { 0 };
	enum structured_data_item item;
	while ((item = structured_data_next(&d)) != STRUCTURED_DATA_END) {
		if (item == STRUCTURED_DATA_PARAM) {
			add_param(element, &d, &scratch);
			continue;
		}
		char *id = str_copy(d.name);
		json_set(all, id, element = json_new());
		free(id);
	}
	buffer_clear(&scratch);
	return all;
}
