#include "agent/whole_line.h"

#include <inttypes.h>
#include <string.h>

#include "record/attributes.h"

static void
put_part(struct spool *s, const struct whole_line *line, const struct level *l,
    struct entry *e, uint64_t until)
{
	struct buffer origin = { 0 }, cursor = { 0 };
	buffer_append_str(&cursor, line->cursor);
	if (until < line->text.len)
		buffer_printf(&cursor, "+%" PRIu64, until);
	buffer_append_str(&origin, line->attributes);
	attributes_put(&origin, ATTRIBUTE_CURSOR, buffer_str(&cursor));
	e->origin = buffer_str(&origin);
	e->severity = l->severity;
	e->facility = l->facility;
	spool_put(s, e);
	buffer_clear(&cursor);
	buffer_clear(&origin);
}

void
whole_line_put(struct spool *s, const struct input_context *context,
    const struct whole_line *line, uint64_t from)
{
	uint64_t size = (uint64_t)context->options->max_line;
	uint64_t all = line->text.len;
	struct str head = { line->text.data, all < size ? all : size };
	struct level level = { 0 };
	bool whole = from == 0 && all <= size;
	if (from > 0 && from >= all)
		return; /* it was another line, and longer */
	uint32_t part = whole ? 0 : (uint32_t)((from + size - 1) / size);
	if (!whole)
		level = router_level(context->router, head);
	do {
		uint64_t until = all - from > size ? from + size : all;
		struct entry e = { .received = line->received,
			.part = whole ? 0 : ++part,
			.flags = line->flags | (until < all ? RECORD_MORE : 0),
			.text = str_after(line->text, (size_t)from) };
		e.text.len = (size_t)(until - from);
		put_part(s, line, &level, &e, until);
		from = until;
	} while (from < all);
}

struct str
whole_line_cursor(struct str said, uint64_t *from)
{
	const char *plus =
	    said.len > 0 ? memchr(said.data, '+', said.len) : NULL;
	*from = 0;
	if (plus == NULL)
		return said;
	size_t len = (size_t)(plus - said.data);
	struct str digits = str_after(said, len + 1);
	str_take_number(&digits, from);
	return (struct str){ said.data, len };
}
